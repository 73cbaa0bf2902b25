"""check in"""

import re

import sqlalchemy as sa
from alembic import op

revision = '20261122_checkin'
down_revision = '20261122_sites'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('open_doors',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('has_waiting_list', sa.Boolean(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('capacity IS NULL OR capacity > 0', name=op.f('ck_open_doors_capacity')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_open_doors_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_open_doors_site_id')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_open_doors_sitting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_open_doors')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_open_doors_event_id_number'))
    )
    op.create_table('paper_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('guest_ids', sa.JSON(), nullable=False),
    sa.Column('blank_lines', sa.Integer(), nullable=False),
    sa.Column('printed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('printed_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['entered_by_id'], ['user.id'], name=op.f('fk_paper_sheet_entered_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_paper_sheet_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['printed_by_id'], ['user.id'], name=op.f('fk_paper_sheet_printed_by_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_paper_sheet_site_id')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_paper_sheet_sitting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_sheet')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_paper_sheet_event_id_number'))
    )
    op.create_table('site_closing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('named', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('signed_name', sa.String(length=200), nullable=False),
    sa.Column('signed_position', sa.String(length=300), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=32), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reopened_by_id', sa.Integer(), nullable=True),
    sa.Column('reopen_reason', sa.String(length=500), nullable=True),
    sa.CheckConstraint('named >= 0 AND people >= 0', name=op.f('ck_site_closing_counts')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_site_closing_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['reopened_by_id'], ['user.id'], name=op.f('fk_site_closing_reopened_by_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_site_closing_site_id')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_site_closing_sitting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_closing'))
    )
    with op.batch_alter_table('site_closing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_closing_event_id'), ['event_id'], unique=False)
        batch_op.create_index('uq_site_closing_standing', ['sitting_id', 'site_id'], unique=True, sqlite_where=sa.text('reopened_at IS NULL'), postgresql_where=sa.text('reopened_at IS NULL'))

    op.create_table('absence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('guest_id', sa.Integer(), nullable=True),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('is_excused', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=32), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(guest_id IS NULL) <> (organization_id IS NULL)', name=op.f('ck_absence_whose')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_absence_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['guest_id'], ['guest.id'], name=op.f('fk_absence_guest_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_absence_organization_id')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_absence_sitting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence')),
    sa.UniqueConstraint('sitting_id', 'guest_id', name=op.f('uq_absence_sitting_id_guest_id')),
    sa.UniqueConstraint('sitting_id', 'organization_id', name=op.f('uq_absence_sitting_id_organization_id'))
    )
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_absence_event_id'), ['event_id'], unique=False)

    op.create_table('greeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('guest_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=32), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('by_name', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_greeting_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['guest_id'], ['guest.id'], name=op.f('fk_greeting_guest_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_greeting_sitting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_greeting')),
    sa.UniqueConstraint('sitting_id', 'guest_id', name=op.f('uq_greeting_sitting_id_guest_id'))
    )
    with op.batch_alter_table('greeting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_greeting_event_id'), ['event_id'], unique=False)

    op.create_table('former_place',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_former_place_device_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_former_place_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_former_place'))
    )
    with op.batch_alter_table('former_place', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_former_place_device_id'), ['device_id'], unique=False)

    op.create_table('tally',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tally_id', sa.String(length=36), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.Integer(), nullable=True),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.String(length=32), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('people <> 0 AND people BETWEEN -1000 AND 1000', name=op.f('ck_tally_people')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_tally_device_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_tally_event_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_tally_site_id')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_tally_sitting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tally')),
    sa.UniqueConstraint('tally_id', name=op.f('uq_tally_tally_id'))
    )
    with op.batch_alter_table('tally', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tally_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tally_sitting_id_site_id'), ['sitting_id', 'site_id'], unique=False)

    op.create_table('visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('open_doors_id', sa.Integer(), nullable=False),
    sa.Column('guest_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('full_name', sa.String(length=200), nullable=False),
    sa.Column('folded', sa.Text(), nullable=False),
    sa.Column('organization', sa.String(length=300), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('token_sealed', sa.Text(), nullable=False),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told', sa.Text(), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changes', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['guest_id'], ['guest.id'], name=op.f('fk_visit_guest_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['open_doors_id'], ['open_doors.id'], name=op.f('fk_visit_open_doors_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_visit_token_hash'))
    )
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_guest_id'), ['guest_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_visit_open_doors_id_state_id'), ['open_doors_id', 'state', 'id'], unique=False)

    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.add_column(sa.Column('opens_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('waiting', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('bundle', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('bundle_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('battery', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('is_charging', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('told_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_column('expires_at')

    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('opens_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('quarantined_scan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('settled_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('settlement', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('site_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_quarantined_scan_settled_by_id'), 'user', ['settled_by_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_quarantined_scan_site_id'), 'site', ['site_id'], ['id'])
    op.execute(
        'UPDATE quarantined_scan SET site_id = '
        '(SELECT device.site_id FROM device WHERE device.id = quarantined_scan.device_id)'
    )

    with op.batch_alter_table('rank', schema=None) as batch_op:
        batch_op.add_column(sa.Column('announces_arrival', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('rank', schema=None) as batch_op:
        batch_op.alter_column('announces_arrival', server_default=None)

    with op.batch_alter_table('review_case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('resolution', sa.String(length=32), nullable=True))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_host_id_sort_key'))
        batch_op.create_index('ix_person_by_name', ['host_id', 'sort_key', 'id', 'folded'], unique=False)

    c_ordered = sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('initials', c_ordered, nullable=True))
    _fill_initials()
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.alter_column('initials', existing_type=c_ordered, nullable=False)
        batch_op.create_index('ix_person_by_initials', ['host_id', 'initials', 'sort_key', 'id'], unique=False)
    if op.get_bind().dialect.name == 'postgresql':
        words = "(array_to_tsvector(array_remove(string_to_array(left(folded, 2000), ' '), '')))"
        op.create_index('ix_person_words', 'person', [sa.text(words)], unique=False, postgresql_using='gin')

    with op.batch_alter_table('guest', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guest_event_id_site_id'))
        batch_op.create_index(batch_op.f('ix_guest_event_id_site_id_is_walk_in'), ['event_id', 'site_id', 'is_walk_in'], unique=False)


def _fill_initials():
    """The first letters of a name: of as many of the folded words as the name has."""
    person = sa.table('person', sa.column('id'), sa.column('full_name'), sa.column('folded'), sa.column('initials'))
    bind = op.get_bind()
    for row in bind.execute(sa.select(person.c.id, person.c.full_name, person.c.folded)).all():
        words = len([word for word in re.split(r'[\W_]+', row.full_name) if word])
        letters = ''.join(word[0] for word in row.folded.split()[:words])
        bind.execute(sa.update(person).where(person.c.id == row.id).values(initials=letters))


def downgrade():
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_index('ix_person_words', table_name='person', postgresql_using='gin')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index('ix_person_by_initials')
        batch_op.drop_column('initials')

    with op.batch_alter_table('guest', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guest_event_id_site_id_is_walk_in'))
        batch_op.create_index(batch_op.f('ix_guest_event_id_site_id'), ['event_id', 'site_id'], unique=False)

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index('ix_person_by_name')
        batch_op.create_index(batch_op.f('ix_person_host_id_sort_key'), ['host_id', 'sort_key'], unique=False)

    with op.batch_alter_table('review_case', schema=None) as batch_op:
        batch_op.drop_column('resolution')

    with op.batch_alter_table('rank', schema=None) as batch_op:
        batch_op.drop_column('announces_arrival')

    with op.batch_alter_table('quarantined_scan', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_quarantined_scan_site_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_quarantined_scan_settled_by_id'), type_='foreignkey')
        batch_op.drop_column('site_id')
        batch_op.drop_column('settlement')
        batch_op.drop_column('settled_by_id')
        batch_op.drop_column('settled_at')

    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.drop_column('closes_at')
        batch_op.drop_column('opens_at')

    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.add_column(sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_column('told_at')
        batch_op.drop_column('is_charging')
        batch_op.drop_column('battery')
        batch_op.drop_column('bundle_at')
        batch_op.drop_column('bundle')
        batch_op.drop_column('waiting')
        batch_op.drop_column('closes_at')
        batch_op.drop_column('opens_at')

    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_open_doors_id_state_id'))
        batch_op.drop_index(batch_op.f('ix_visit_guest_id'))

    op.drop_table('visit')
    with op.batch_alter_table('tally', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tally_sitting_id_site_id'))
        batch_op.drop_index(batch_op.f('ix_tally_event_id'))

    op.drop_table('tally')
    with op.batch_alter_table('former_place', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_former_place_device_id'))

    op.drop_table('former_place')
    with op.batch_alter_table('greeting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_greeting_event_id'))

    op.drop_table('greeting')
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_absence_event_id'))

    op.drop_table('absence')
    with op.batch_alter_table('site_closing', schema=None) as batch_op:
        batch_op.drop_index('uq_site_closing_standing', sqlite_where=sa.text('reopened_at IS NULL'), postgresql_where=sa.text('reopened_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_site_closing_event_id'))

    op.drop_table('site_closing')
    op.drop_table('paper_sheet')
    op.drop_table('open_doors')
