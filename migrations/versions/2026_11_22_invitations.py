"""invitations"""

import sqlalchemy as sa
from alembic import op

revision = '20261122_invitations'
down_revision = '20261122_agenda'
branch_labels = None
depends_on = None

# A check that stands already: SQLite makes the table anew, and Alembic does not carry it over.
ORDER = (sa.CheckConstraint('ends_at IS NULL OR ends_at > starts_at', name='ck_sitting_order'),)


def upgrade():
    op.create_table('enclosed_paper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('template', sa.String(length=80), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enclosed_paper')),
    sa.UniqueConstraint('digest', name=op.f('uq_enclosed_paper_digest'))
    )
    op.create_table('body',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('host_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['host_id'], ['organization.id'], name=op.f('fk_body_host_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_body')),
    sa.UniqueConstraint('host_id', 'name', name=op.f('uq_body_host_id_name'))
    )
    with op.batch_alter_table('body', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_body_host_id'), ['host_id'], unique=False)

    op.create_table('number_series',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('host_id', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['host_id'], ['organization.id'], name=op.f('fk_number_series_host_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_number_series')),
    sa.UniqueConstraint('host_id', 'symbol', name=op.f('uq_number_series_host_id_symbol'))
    )
    with op.batch_alter_table('number_series', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_number_series_host_id'), ['host_id'], unique=False)

    op.create_table('signature_block',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('host_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('signer', sa.String(length=200), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['host_id'], ['organization.id'], name=op.f('fk_signature_block_host_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_signature_block_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature_block')),
    sa.UniqueConstraint('host_id', 'name', 'signer', name=op.f('uq_signature_block_host_id_name_signer'))
    )
    with op.batch_alter_table('signature_block', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signature_block_host_id'), ['host_id'], unique=False)

    op.create_table('body_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=200), nullable=True),
    sa.Column('member_from', sa.Date(), nullable=True),
    sa.Column('member_until', sa.Date(), nullable=True),
    sa.CheckConstraint('member_until IS NULL OR member_until >= member_from', name=op.f('ck_body_member_period')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_body_member_body_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_body_member_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_body_member')),
    sa.UniqueConstraint('body_id', 'person_id', 'member_from', name=op.f('uq_body_member_body_id_person_id_member_from'))
    )
    with op.batch_alter_table('body_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_body_member_body_id'), ['body_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_body_member_person_id'), ['person_id'], unique=False)

    op.create_table('document_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('remark', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_user_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_user_id'], ['user.id'], name=op.f('fk_document_step_by_user_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_step_document_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_step'))
    )
    with op.batch_alter_table('document_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_step_document_id'), ['document_id'], unique=False)

    op.create_table('batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('scope', sa.JSON(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('composed', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('failure', sa.String(length=300), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_by_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_batch_created_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_batch_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['released_by_id'], ['user.id'], name=op.f('fk_batch_released_by_id')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['user.id'], name=op.f('fk_batch_submitted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch'))
    )
    with op.batch_alter_table('batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_batch_event_id_state'), ['event_id', 'state'], unique=False)

    op.create_table('message_wording',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=True),
    sa.Column('opening', sa.Text(), nullable=True),
    sa.Column('closing', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_message_wording_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_wording')),
    sa.UniqueConstraint('event_id', 'kind', name=op.f('uq_message_wording_event_id_kind'))
    )
    op.create_table('organization_invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('folded', sa.Text(), nullable=False),
    sa.Column('same_words', sa.String(length=300), nullable=False),
    sa.Column('contact_name', sa.String(length=200), nullable=True),
    sa.Column('contact_position', sa.String(length=200), nullable=True),
    sa.Column('contact_phone', sa.String(length=40), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('token_sealed', sa.Text(), nullable=False),
    sa.Column('link_number', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_revision', sa.Integer(), nullable=False),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_by', sa.String(length=200), nullable=True),
    sa.Column('declined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decline_reason', sa.Text(), nullable=True),
    sa.Column('reminders_stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_organization_invitation_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_organization_invitation_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organization_invitation')),
    sa.UniqueConstraint('event_id', 'same_words', name=op.f('uq_organization_invitation_event_id_same_words')),
    sa.UniqueConstraint('event_id', 'organization_id', name=op.f('uq_organization_invitation_event_id_organization_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_organization_invitation_token_hash'))
    )
    with op.batch_alter_table('organization_invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organization_invitation_event_id'), ['event_id'], unique=False)

    op.create_table('rank',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('substitutes_need_approval', sa.Boolean(), nullable=False),
    sa.Column('lead_workdays', sa.Integer(), nullable=True),
    sa.Column('signature_block_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_rank_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['signature_block_id'], ['signature_block.id'], name=op.f('fk_rank_signature_block_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rank')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_rank_event_id_number'))
    )
    op.create_table('reminder_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('at_hour', sa.Time(), nullable=False),
    sa.Column('last_run_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('days >= 0 AND days <= 60', name=op.f('ck_reminder_rule_days')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_reminder_rule_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_rule')),
    sa.UniqueConstraint('event_id', 'kind', 'days', name=op.f('uq_reminder_rule_event_id_kind_days'))
    )
    with op.batch_alter_table('reminder_rule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reminder_rule_event_id'), ['event_id'], unique=False)

    op.create_table('letter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=32), nullable=False),
    sa.Column('rank_id', sa.Integer(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_letter_document_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_letter_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['rank_id'], ['rank.id'], name=op.f('fk_letter_rank_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    sa.UniqueConstraint('event_id', 'audience', 'rank_id', name=op.f('uq_letter_event_id_audience_rank_id'))
    )
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_event_id'), ['event_id'], unique=False)
        batch_op.create_index('uq_letter_for_all', ['event_id', 'audience'], unique=True, sqlite_where=sa.text('rank_id IS NULL'), postgresql_where=sa.text('rank_id IS NULL'))

    op.create_table('seating_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_seating_plan_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_seating_plan_site_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seating_plan')),
    sa.UniqueConstraint('site_id', 'name', name=op.f('uq_seating_plan_site_id_name'))
    )
    with op.batch_alter_table('seating_plan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seating_plan_event_id'), ['event_id'], unique=False)

    op.create_table('inbound_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('delivery_id', sa.Integer(), nullable=True),
    sa.Column('sender', sa.String(length=254), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=False),
    sa.Column('is_cut', sa.Boolean(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_inbound_mail_delivery_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_inbound_mail_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['settled_by_id'], ['user.id'], name=op.f('fk_inbound_mail_settled_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound_mail')),
    sa.UniqueConstraint('digest', name=op.f('uq_inbound_mail_digest'))
    )
    with op.batch_alter_table('inbound_mail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbound_mail_event_id_state'), ['event_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_inbound_mail_state_id'), ['state', 'id'], unique=False)

    op.create_table('seat_block',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('offset', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('seats_per_row', sa.Integer(), nullable=False),
    sa.Column('closed', sa.JSON(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('rows > 0 AND rows <= 100', name=op.f('ck_seat_block_rows')),
    sa.CheckConstraint('seats_per_row > 0 AND seats_per_row <= 100', name=op.f('ck_seat_block_seats')),
    sa.ForeignKeyConstraint(['group_id'], ['guest_group.id'], name=op.f('fk_seat_block_group_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['plan_id'], ['seating_plan.id'], name=op.f('fk_seat_block_plan_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat_block')),
    sa.UniqueConstraint('plan_id', 'name', name=op.f('uq_seat_block_plan_id_name'))
    )
    with op.batch_alter_table('seat_block', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seat_block_plan_id'), ['plan_id'], unique=False)

    op.create_table('delegation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('head_id', sa.Integer(), nullable=True),
    sa.Column('arrives_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('arrival_point', sa.String(length=300), nullable=True),
    sa.Column('vehicle', sa.String(length=200), nullable=True),
    sa.Column('plate', sa.String(length=40), nullable=True),
    sa.Column('greeter_name', sa.String(length=200), nullable=True),
    sa.Column('greeter_phone', sa.String(length=40), nullable=True),
    sa.Column('escort_name', sa.String(length=200), nullable=True),
    sa.Column('escort_phone', sa.String(length=40), nullable=True),
    sa.Column('room', sa.String(length=200), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_delegation_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['head_id'], ['guest.id'], name=op.f('fk_delegation_head_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_delegation_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation')),
    sa.UniqueConstraint('event_id', 'name', name=op.f('uq_delegation_event_id_name'))
    )
    with op.batch_alter_table('delegation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delegation_event_id'), ['event_id'], unique=False)

    op.create_table('nomination',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('organization_invitation_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('guest_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('waiting_for', sa.String(length=32), nullable=True),
    sa.Column('named_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('named_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('remark', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_nomination_decided_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_nomination_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['guest_id'], ['guest.id'], name=op.f('fk_nomination_guest_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['named_by_id'], ['user.id'], name=op.f('fk_nomination_named_by_id')),
    sa.ForeignKeyConstraint(['organization_invitation_id'], ['organization_invitation.id'], name=op.f('fk_nomination_organization_invitation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_nomination_person_id')),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_nomination_slot_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nomination'))
    )
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_nomination_event_id_state'), ['event_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_guest_id'), ['guest_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_organization_invitation_id'), ['organization_invitation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_nomination_slot_id'), ['slot_id'], unique=False)

    op.create_table('seat_assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('block_id', sa.Integer(), nullable=False),
    sa.Column('guest_id', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('is_fixed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['block_id'], ['seat_block.id'], name=op.f('fk_seat_assignment_block_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['guest_id'], ['guest.id'], name=op.f('fk_seat_assignment_guest_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['plan_id'], ['seating_plan.id'], name=op.f('fk_seat_assignment_plan_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat_assignment')),
    sa.UniqueConstraint('block_id', 'row', 'number', name=op.f('uq_seat_assignment_block_id_row_number')),
    sa.UniqueConstraint('guest_id', name=op.f('uq_seat_assignment_guest_id'))
    )
    with op.batch_alter_table('seat_assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seat_assignment_plan_id'), ['plan_id'], unique=False)

    op.create_table('delegation_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delegation_id', sa.Integer(), nullable=False),
    sa.Column('guest_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegation.id'], name=op.f('fk_delegation_member_delegation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['guest_id'], ['guest.id'], name=op.f('fk_delegation_member_guest_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation_member')),
    sa.UniqueConstraint('guest_id', name=op.f('uq_delegation_member_guest_id'))
    )
    with op.batch_alter_table('delegation_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delegation_member_delegation_id'), ['delegation_id'], unique=False)

    op.create_table('hand_delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=True),
    sa.Column('organization_invitation_id', sa.Integer(), nullable=True),
    sa.Column('how', sa.String(length=32), nullable=False),
    sa.Column('carried_by', sa.String(length=200), nullable=False),
    sa.Column('received_by', sa.String(length=200), nullable=True),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(invitation_id IS NULL) <> (organization_invitation_id IS NULL)', name=op.f('ck_hand_delivery_one')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_hand_delivery_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_hand_delivery_invitation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_invitation_id'], ['organization_invitation.id'], name=op.f('fk_hand_delivery_organization_invitation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['user.id'], name=op.f('fk_hand_delivery_recorded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_delivery'))
    )
    with op.batch_alter_table('hand_delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hand_delivery_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hand_delivery_invitation_id'), ['invitation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hand_delivery_organization_invitation_id'), ['organization_invitation_id'], unique=False)

    op.create_table('read_reply',
    sa.Column('inbound_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('invitation_id', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.String(length=32), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=True),
    sa.Column('stamped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proposed_start', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proposed_end', sa.DateTime(timezone=True), nullable=True),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_read_reply_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['inbound_id'], ['inbound_mail.id'], name=op.f('fk_read_reply_inbound_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_read_reply_invitation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['settled_by_id'], ['user.id'], name=op.f('fk_read_reply_settled_by_id')),
    sa.PrimaryKeyConstraint('inbound_id', name=op.f('pk_read_reply'))
    )
    with op.batch_alter_table('read_reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_read_reply_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_read_reply_invitation_id'), ['invitation_id'], unique=False)

    op.create_table('substitution',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('substitute_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('authority', sa.String(length=300), nullable=True),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('requested_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('remark', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_substitution_decided_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_substitution_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_substitution_invitation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_substitution_person_id')),
    sa.ForeignKeyConstraint(['requested_by_id'], ['user.id'], name=op.f('fk_substitution_requested_by_id')),
    sa.ForeignKeyConstraint(['substitute_id'], ['invitation.id'], name=op.f('fk_substitution_substitute_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_substitution'))
    )
    with op.batch_alter_table('substitution', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_substitution_event_id_state'), ['event_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_substitution_invitation_id'), ['invitation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_substitution_substitute_id'), ['substitute_id'], unique=False)
        batch_op.create_index('uq_substitution_waiting', ['invitation_id'], unique=True, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.String(length=32), nullable=False, server_default='email'))
        batch_op.add_column(sa.Column('batch_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('paper_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('paper_values', sa.JSON(), nullable=True))
        batch_op.create_index(batch_op.f('ix_delivery_batch_id_state'), ['batch_id', 'state'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_delivery_batch_id'), 'batch', ['batch_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_delivery_paper_id'), 'enclosed_paper', ['paper_id'], ['id'])
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.alter_column('channel', existing_type=sa.String(length=32), existing_nullable=False, server_default=None)

    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.add_column(sa.Column('event_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('state', sa.String(length=32), nullable=False, server_default='issued'))
        batch_op.add_column(sa.Column('letterhead', sa.String(length=32), nullable=False, server_default='state'))
        batch_op.add_column(sa.Column('body', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('notes', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('signature', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('block_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('series_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('year', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('serial', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('drafting_unit', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('drafter', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('copies', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('urgency', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('mail_may_precede', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('replaces_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('revision', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('created_at', sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()))
        batch_op.add_column(sa.Column('created_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('settled', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('issued_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_document_event_id_kind'), ['event_id', 'kind'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_document_series_id_year_serial'), ['series_id', 'year', 'serial'])
        batch_op.create_foreign_key(batch_op.f('fk_document_created_by_id'), 'user', ['created_by_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_document_event_id'), 'event', ['event_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_document_block_id'), 'signature_block', ['block_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_document_series_id'), 'number_series', ['series_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_document_replaces_id'), 'document', ['replaces_id'], ['id'])
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.alter_column('state', existing_type=sa.String(length=32), existing_nullable=False, server_default=None)
        batch_op.alter_column('letterhead', existing_type=sa.String(length=32), existing_nullable=False, server_default=None)
        batch_op.alter_column('signature', existing_type=sa.JSON(), existing_nullable=False, server_default=None)
        batch_op.alter_column('mail_may_precede', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        batch_op.alter_column('revision', existing_type=sa.Integer(), existing_nullable=False, server_default=None)
        batch_op.alter_column('created_at', existing_type=sa.DateTime(timezone=True), existing_nullable=False, server_default=None)

    with op.batch_alter_table('document_recipient', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email', sa.String(length=254), nullable=True))
        batch_op.add_column(sa.Column('token_hash', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('token_sealed', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('told_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('acknowledged_by', sa.String(length=200), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_document_recipient_token_hash'), ['token_hash'])

    with op.batch_alter_table('feed', schema=None) as batch_op:
        batch_op.add_column(sa.Column('invitation_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('organization_invitation_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('site_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('link_number', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_feed_invitation_id'), ['invitation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_feed_organization_invitation_id'), ['organization_invitation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_feed_site_id'), ['site_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_feed_organization_invitation_id'), 'organization_invitation', ['organization_invitation_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_feed_site_id'), 'site', ['site_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_feed_invitation_id'), 'invitation', ['invitation_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('given_answer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('inbound_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_given_answer_inbound_id'), 'inbound_mail', ['inbound_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('guest', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rank_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('protocol_number', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('badge_role', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('seat_needs_review', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_foreign_key(batch_op.f('fk_guest_rank_id'), 'rank', ['rank_id'], ['id'], ondelete='SET NULL')
    with op.batch_alter_table('guest', schema=None) as batch_op:
        batch_op.alter_column('seat_needs_review', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)

    with op.batch_alter_table('guest_import', schema=None) as batch_op:
        batch_op.add_column(sa.Column('decisions', sa.JSON(), nullable=True))

    with op.batch_alter_table('guest_group', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rank_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('badge_role', sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_guest_group_rank_id'), 'rank', ['rank_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told_release', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.alter_column('told_release', existing_type=sa.Integer(), existing_nullable=False, server_default=None)

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('main_place_changes', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.alter_column('main_place_changes', existing_type=sa.Integer(), existing_nullable=False, server_default=None)

    with op.batch_alter_table('sitting', schema=None, table_args=ORDER) as batch_op:
        batch_op.add_column(sa.Column('arrival_minutes', sa.Integer(), nullable=True))

    with op.batch_alter_table('slot', schema=None) as batch_op:
        batch_op.add_column(sa.Column('organization_invitation_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_slot_organization_invitation_id'), ['organization_invitation_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_slot_organization_invitation_id'), 'organization_invitation', ['organization_invitation_id'], ['id'], ondelete='SET NULL')



def downgrade():
    with op.batch_alter_table('slot', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_slot_organization_invitation_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_slot_organization_invitation_id'))
        batch_op.drop_column('organization_invitation_id')

    with op.batch_alter_table('sitting', schema=None, table_args=ORDER) as batch_op:
        batch_op.drop_column('arrival_minutes')

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_column('main_place_changes')

    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_column('told_release')

    with op.batch_alter_table('guest_group', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_guest_group_rank_id'), type_='foreignkey')
        batch_op.drop_column('badge_role')
        batch_op.drop_column('rank_id')

    with op.batch_alter_table('guest_import', schema=None) as batch_op:
        batch_op.drop_column('decisions')

    with op.batch_alter_table('guest', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_guest_rank_id'), type_='foreignkey')
        batch_op.drop_column('seat_needs_review')
        batch_op.drop_column('badge_role')
        batch_op.drop_column('protocol_number')
        batch_op.drop_column('rank_id')

    with op.batch_alter_table('given_answer', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_given_answer_inbound_id'), type_='foreignkey')
        batch_op.drop_column('inbound_id')

    with op.batch_alter_table('feed', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_feed_invitation_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_feed_site_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_feed_organization_invitation_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_feed_site_id'))
        batch_op.drop_index(batch_op.f('ix_feed_organization_invitation_id'))
        batch_op.drop_index(batch_op.f('ix_feed_invitation_id'))
        batch_op.drop_column('link_number')
        batch_op.drop_column('site_id')
        batch_op.drop_column('organization_invitation_id')
        batch_op.drop_column('invitation_id')

    with op.batch_alter_table('document_recipient', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_document_recipient_token_hash'), type_='unique')
        batch_op.drop_column('acknowledged_by')
        batch_op.drop_column('acknowledged_at')
        batch_op.drop_column('told_at')
        batch_op.drop_column('token_sealed')
        batch_op.drop_column('token_hash')
        batch_op.drop_column('email')

    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_document_replaces_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_document_series_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_document_block_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_document_event_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_document_created_by_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_document_series_id_year_serial'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_document_event_id_kind'))
        batch_op.drop_column('issued_at')
        batch_op.drop_column('signed_at')
        batch_op.drop_column('settled')
        batch_op.drop_column('created_by_id')
        batch_op.drop_column('created_at')
        batch_op.drop_column('revision')
        batch_op.drop_column('replaces_id')
        batch_op.drop_column('mail_may_precede')
        batch_op.drop_column('urgency')
        batch_op.drop_column('copies')
        batch_op.drop_column('drafter')
        batch_op.drop_column('drafting_unit')
        batch_op.drop_column('serial')
        batch_op.drop_column('year')
        batch_op.drop_column('series_id')
        batch_op.drop_column('block_id')
        batch_op.drop_column('signature')
        batch_op.drop_column('notes')
        batch_op.drop_column('body')
        batch_op.drop_column('letterhead')
        batch_op.drop_column('state')
        batch_op.drop_column('event_id')

    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_delivery_paper_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_delivery_batch_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_delivery_batch_id_state'))
        batch_op.drop_column('paper_values')
        batch_op.drop_column('paper_id')
        batch_op.drop_column('batch_id')
        batch_op.drop_column('channel')

    with op.batch_alter_table('substitution', schema=None) as batch_op:
        batch_op.drop_index('uq_substitution_waiting', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
        batch_op.drop_index(batch_op.f('ix_substitution_substitute_id'))
        batch_op.drop_index(batch_op.f('ix_substitution_invitation_id'))
        batch_op.drop_index(batch_op.f('ix_substitution_event_id_state'))

    op.drop_table('substitution')
    with op.batch_alter_table('read_reply', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_read_reply_invitation_id'))
        batch_op.drop_index(batch_op.f('ix_read_reply_event_id'))

    op.drop_table('read_reply')
    with op.batch_alter_table('hand_delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hand_delivery_organization_invitation_id'))
        batch_op.drop_index(batch_op.f('ix_hand_delivery_invitation_id'))
        batch_op.drop_index(batch_op.f('ix_hand_delivery_event_id'))

    op.drop_table('hand_delivery')
    with op.batch_alter_table('delegation_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delegation_member_delegation_id'))

    op.drop_table('delegation_member')
    with op.batch_alter_table('seat_assignment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_seat_assignment_plan_id'))

    op.drop_table('seat_assignment')
    with op.batch_alter_table('nomination', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_nomination_slot_id'))
        batch_op.drop_index(batch_op.f('ix_nomination_person_id'))
        batch_op.drop_index(batch_op.f('ix_nomination_organization_invitation_id'))
        batch_op.drop_index(batch_op.f('ix_nomination_guest_id'))
        batch_op.drop_index(batch_op.f('ix_nomination_event_id_state'))

    op.drop_table('nomination')
    with op.batch_alter_table('delegation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delegation_event_id'))

    op.drop_table('delegation')
    with op.batch_alter_table('seat_block', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_seat_block_plan_id'))

    op.drop_table('seat_block')
    with op.batch_alter_table('inbound_mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_inbound_mail_state_id'))
        batch_op.drop_index(batch_op.f('ix_inbound_mail_event_id_state'))

    op.drop_table('inbound_mail')
    with op.batch_alter_table('seating_plan', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_seating_plan_event_id'))

    op.drop_table('seating_plan')
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_index('uq_letter_for_all', sqlite_where=sa.text('rank_id IS NULL'), postgresql_where=sa.text('rank_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_letter_event_id'))

    op.drop_table('letter')
    with op.batch_alter_table('reminder_rule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminder_rule_event_id'))

    op.drop_table('reminder_rule')
    op.drop_table('rank')
    with op.batch_alter_table('organization_invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organization_invitation_event_id'))

    op.drop_table('organization_invitation')
    op.drop_table('message_wording')
    with op.batch_alter_table('batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_batch_event_id_state'))

    op.drop_table('batch')
    with op.batch_alter_table('document_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_step_document_id'))

    op.drop_table('document_step')
    with op.batch_alter_table('body_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_body_member_person_id'))
        batch_op.drop_index(batch_op.f('ix_body_member_body_id'))

    op.drop_table('body_member')
    with op.batch_alter_table('signature_block', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signature_block_host_id'))

    op.drop_table('signature_block')
    with op.batch_alter_table('number_series', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_number_series_host_id'))

    op.drop_table('number_series')
    with op.batch_alter_table('body', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_body_host_id'))

    op.drop_table('body')
    op.drop_table('enclosed_paper')
