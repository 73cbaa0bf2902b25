"""bridge sites"""

import sqlalchemy as sa
from alembic import op

revision = '20261122_sites'
down_revision = '20261122_invitations'
branch_labels = None
depends_on = None

# A check that stands already: SQLite makes the table anew, and Alembic does not carry it over.
CAPACITY = (sa.CheckConstraint('capacity IS NULL OR capacity > 0', name='ck_site_capacity'),)
REACHED = (
    ('confirmed_at', ('confirmed', 'tested', 'ready', 'connected', 'closed')),
    ('tested_at', ('tested', 'ready', 'connected')),
    ('ready_at', ('ready', 'connected')),
    ('connected_at', ('connected',)),
    ('closed_at', ('closed',)),
)


def upgrade():
    op.create_table('announcement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('audience', sa.String(length=32), nullable=False),
    sa.Column('level', sa.String(length=32), nullable=True),
    sa.Column('district_code', sa.String(length=80), nullable=True),
    sa.Column('cluster', sa.String(length=120), nullable=True),
    sa.Column('is_urgent', sa.Boolean(), nullable=False),
    sa.Column('is_mailed', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_user_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_user_id'], ['user.id'], name=op.f('fk_announcement_by_user_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_announcement_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement'))
    )
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_announcement_event_id_at'), ['event_id', 'at'], unique=False)

    op.create_table('check_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('group', sa.String(length=32), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_check_item_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_item'))
    )
    with op.batch_alter_table('check_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_check_item_event_id_number'), ['event_id', 'number'], unique=False)

    op.create_table('site_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('parsed', sa.JSON(), nullable=False),
    sa.Column('clears', sa.Boolean(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_site_sheet_created_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_site_sheet_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_sheet'))
    )
    with op.batch_alter_table('site_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_sheet_event_id'), ['event_id'], unique=False)

    op.create_table('count_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_count_group_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_count_group')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_count_group_event_id_number'))
    )
    op.create_table('link_test',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('video_link', sa.Text(), nullable=True),
    sa.Column('contact', sa.String(length=300), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_link_test_order')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_link_test_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_test')),
    sa.UniqueConstraint('key', name=op.f('uq_link_test_key'))
    )
    with op.batch_alter_table('link_test', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_test_event_id'), ['event_id'], unique=False)

    op.create_table('readiness_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('gate', sa.String(length=32), nullable=False),
    sa.Column('level', sa.String(length=32), nullable=True),
    sa.Column('days_before', sa.Integer(), nullable=True),
    sa.Column('at_minutes', sa.Integer(), nullable=True),
    sa.Column('minutes_before', sa.Integer(), nullable=True),
    sa.Column('remind_hours', sa.Integer(), nullable=True),
    sa.CheckConstraint('(days_before IS NULL) <> (minutes_before IS NULL)', name=op.f('ck_readiness_rule_moment')),
    sa.CheckConstraint('(days_before IS NULL) = (at_minutes IS NULL)', name=op.f('ck_readiness_rule_day_and_time')),
    sa.CheckConstraint('at_minutes IS NULL OR at_minutes BETWEEN 0 AND 1439', name=op.f('ck_readiness_rule_time')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_readiness_rule_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_readiness_rule'))
    )
    with op.batch_alter_table('readiness_rule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_readiness_rule_event_id_number'), ['event_id', 'number'], unique=False)

    op.create_table('announcement_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('announcement_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('shown_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_by_name', sa.String(length=200), nullable=True),
    sa.Column('spoke_with', sa.String(length=200), nullable=True),
    sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcement.id'], name=op.f('fk_announcement_receipt_announcement_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_announcement_receipt_site_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement_receipt')),
    sa.UniqueConstraint('announcement_id', 'site_id', name=op.f('uq_announcement_receipt_announcement_id_site_id'))
    )
    with op.batch_alter_table('announcement_receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_announcement_receipt_site_id'), ['site_id'], unique=False)

    op.create_table('site_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('check_item_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=32), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['check_item_id'], ['check_item.id'], name=op.f('fk_site_check_check_item_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_site_check_site_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_check')),
    sa.UniqueConstraint('site_id', 'check_item_id', name=op.f('uq_site_check_site_id_check_item_id'))
    )
    with op.batch_alter_table('site_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_check_check_item_id'), ['check_item_id'], unique=False)

    op.create_table('fault',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('link_test_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('owner', sa.String(length=200), nullable=True),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cleared_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_fault_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['link_test_id'], ['link_test.id'], name=op.f('fk_fault_link_test_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_fault_site_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fault'))
    )
    with op.batch_alter_table('fault', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fault_event_id_state'), ['event_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_fault_link_test_id'), ['link_test_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_fault_site_id'), ['site_id'], unique=False)

    op.create_table('head_count',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=32), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=True),
    sa.Column('spoke_with', sa.String(length=200), nullable=True),
    sa.CheckConstraint('people >= 0', name=op.f('ck_head_count_people')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_head_count_site_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_head_count_sitting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_head_count'))
    )
    with op.batch_alter_table('head_count', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_head_count_site_id'), ['site_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_head_count_sitting_id_site_id_id'), ['sitting_id', 'site_id', 'id'], unique=False)

    op.create_table('invited_site',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('link_test_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('own_changes', sa.Integer(), nullable=False),
    sa.Column('told_sequence', sa.Integer(), nullable=True),
    sa.Column('told_email', sa.String(length=254), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.String(length=32), nullable=True),
    sa.Column('result_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('actor_kind', sa.String(length=32), nullable=True),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=True),
    sa.Column('spoke_with', sa.String(length=200), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['link_test_id'], ['link_test.id'], name=op.f('fk_invited_site_link_test_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_invited_site_site_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invited_site')),
    sa.UniqueConstraint('link_test_id', 'site_id', name=op.f('uq_invited_site_link_test_id_site_id'))
    )
    with op.batch_alter_table('invited_site', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invited_site_site_id'), ['site_id'], unique=False)

    op.create_table('post',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('is_door', sa.Boolean(), nullable=False),
    sa.Column('needed', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.CheckConstraint('needed > 0', name=op.f('ck_post_needed')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_post_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_post_site_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post'))
    )
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_post_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_post_site_id_number'), ['site_id', 'number'], unique=False)

    op.create_table('service',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.Column('agency_name', sa.String(length=300), nullable=True),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('on_duty_name', sa.String(length=200), nullable=True),
    sa.Column('on_duty_phone', sa.String(length=40), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('present_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_service_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_service_organization_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_service_site_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service'))
    )
    with op.batch_alter_table('service', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_site_id_number'), ['site_id', 'number'], unique=False)

    op.create_table('site_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('milestone', sa.String(length=32), nullable=False),
    sa.Column('is_undone', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=32), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=True),
    sa.Column('spoke_with', sa.String(length=200), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_site_step_site_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_step'))
    )
    with op.batch_alter_table('site_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_step_site_id_at'), ['site_id', 'at'], unique=False)

    op.create_table('site_call',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=32), nullable=False),
    sa.Column('actor_kind', sa.String(length=32), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=True),
    sa.Column('spoke_with', sa.String(length=200), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_site_call_site_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_call'))
    )
    with op.batch_alter_table('site_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_call_site_id_id'), ['site_id', 'id'], unique=False)

    op.create_table('local_delegate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('guest_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=32), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=True),
    sa.Column('spoke_with', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['guest_id'], ['guest.id'], name=op.f('fk_local_delegate_guest_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_local_delegate_site_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_local_delegate')),
    sa.UniqueConstraint('guest_id', name=op.f('uq_local_delegate_guest_id'))
    )
    with op.batch_alter_table('local_delegate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_local_delegate_site_id'), ['site_id'], unique=False)

    op.create_table('fault_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fault_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('owner', sa.String(length=200), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=32), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=True),
    sa.Column('spoke_with', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['fault_id'], ['fault.id'], name=op.f('fk_fault_entry_fault_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fault_entry'))
    )
    with op.batch_alter_table('fault_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fault_entry_fault_id'), ['fault_id'], unique=False)

    op.create_table('head_count_part',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('head_count_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.CheckConstraint('people >= 0', name=op.f('ck_head_count_part_people')),
    sa.ForeignKeyConstraint(['head_count_id'], ['head_count.id'], name=op.f('fk_head_count_part_head_count_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_head_count_part')),
    sa.UniqueConstraint('head_count_id', 'number', name=op.f('uq_head_count_part_head_count_id_number'))
    )
    op.create_table('shift',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_name', sa.String(length=200), nullable=False),
    sa.Column('person_phone', sa.String(length=40), nullable=True),
    sa.Column('agency_name', sa.String(length=300), nullable=True),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('present_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_shift_order')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_shift_post_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift'))
    )
    with op.batch_alter_table('shift', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shift_post_id'), ['post_id'], unique=False)

    with op.batch_alter_table('site', schema=None, table_args=CAPACITY) as batch_op:
        batch_op.add_column(sa.Column('host_name', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('host_position', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('host_phone', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('technician_name', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('technician_phone', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('cluster', sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column('video_platform', sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column('meeting_id', sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column('meeting_url', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('backup_line', sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column('photo_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('tested_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('rehearsed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('technician_present_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('connected_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('connection_changed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('open_faults', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('token_hash', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('token_sealed', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('link_number', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('link_sent_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('link_opened_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_site_token_hash'), ['token_hash'])
        batch_op.create_foreign_key(batch_op.f('fk_site_photo_id'), 'file', ['photo_id'], ['id'], ondelete='SET NULL')
    with op.batch_alter_table('site', schema=None, table_args=CAPACITY) as batch_op:
        batch_op.alter_column('open_faults', server_default=None)
        batch_op.alter_column('link_number', server_default=None)
    _milestones_from_status()


def _milestones_from_status():
    """A status was a word until now: from here on it follows from moments and faults, so each word gets what it means.
    Nobody wrote down when: the moment the site was made stands for it."""
    connection = op.get_bind()
    columns = ('id', 'event_id', 'status', 'created_at', 'open_faults', *(name for name, _words in REACHED))
    site = sa.table('site', *map(sa.column, columns))
    for name, words in REACHED:
        connection.execute(sa.update(site).where(site.c.status.in_(words)).values({name: site.c.created_at}))
    faults = ('event_id', 'site_id', 'version', 'kind', 'state', 'raised_at')
    fault = sa.table('fault', *map(sa.column, faults))
    at_fault = sa.select(
        site.c.event_id, site.c.id, sa.literal(1), sa.literal('other'), sa.literal('open'), site.c.created_at
    ).where(site.c.status == 'fault')
    connection.execute(sa.insert(fault).from_select(list(faults), at_fault))
    connection.execute(sa.update(site).where(site.c.status == 'fault').values(open_faults=1))


def downgrade():
    with op.batch_alter_table('site', schema=None, table_args=CAPACITY) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_site_photo_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_site_token_hash'), type_='unique')
        batch_op.drop_column('link_opened_at')
        batch_op.drop_column('link_sent_at')
        batch_op.drop_column('link_number')
        batch_op.drop_column('token_sealed')
        batch_op.drop_column('token_hash')
        batch_op.drop_column('open_faults')
        batch_op.drop_column('connection_changed_at')
        batch_op.drop_column('counted_at')
        batch_op.drop_column('closed_at')
        batch_op.drop_column('connected_at')
        batch_op.drop_column('ready_at')
        batch_op.drop_column('technician_present_at')
        batch_op.drop_column('rehearsed_at')
        batch_op.drop_column('tested_at')
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('photo_id')
        batch_op.drop_column('backup_line')
        batch_op.drop_column('meeting_url')
        batch_op.drop_column('meeting_id')
        batch_op.drop_column('video_platform')
        batch_op.drop_column('cluster')
        batch_op.drop_column('technician_phone')
        batch_op.drop_column('technician_name')
        batch_op.drop_column('host_phone')
        batch_op.drop_column('host_position')
        batch_op.drop_column('host_name')

    with op.batch_alter_table('shift', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shift_post_id'))

    op.drop_table('shift')
    with op.batch_alter_table('local_delegate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_local_delegate_site_id'))

    op.drop_table('local_delegate')
    with op.batch_alter_table('site_call', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_site_call_site_id_id'))

    op.drop_table('site_call')
    op.drop_table('head_count_part')
    with op.batch_alter_table('fault_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fault_entry_fault_id'))

    op.drop_table('fault_entry')
    with op.batch_alter_table('site_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_site_step_site_id_at'))

    op.drop_table('site_step')
    with op.batch_alter_table('service', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_site_id_number'))
        batch_op.drop_index(batch_op.f('ix_service_event_id'))

    op.drop_table('service')
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_post_site_id_number'))
        batch_op.drop_index(batch_op.f('ix_post_event_id'))

    op.drop_table('post')
    with op.batch_alter_table('invited_site', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invited_site_site_id'))

    op.drop_table('invited_site')
    with op.batch_alter_table('head_count', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_head_count_sitting_id_site_id_id'))
        batch_op.drop_index(batch_op.f('ix_head_count_site_id'))

    op.drop_table('head_count')
    with op.batch_alter_table('fault', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fault_site_id'))
        batch_op.drop_index(batch_op.f('ix_fault_link_test_id'))
        batch_op.drop_index(batch_op.f('ix_fault_event_id_state'))

    op.drop_table('fault')
    with op.batch_alter_table('site_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_site_check_check_item_id'))

    op.drop_table('site_check')
    with op.batch_alter_table('announcement_receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_announcement_receipt_site_id'))

    op.drop_table('announcement_receipt')
    with op.batch_alter_table('readiness_rule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_readiness_rule_event_id_number'))

    op.drop_table('readiness_rule')
    with op.batch_alter_table('link_test', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_test_event_id'))

    op.drop_table('link_test')
    op.drop_table('count_group')
    with op.batch_alter_table('site_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_site_sheet_event_id'))

    op.drop_table('site_sheet')
    with op.batch_alter_table('check_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_check_item_event_id_number'))

    op.drop_table('check_item')
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_announcement_event_id_at'))

    op.drop_table('announcement')
