"""agenda builder"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = '20261122_agenda'
down_revision = '20261122'
branch_labels = None
depends_on = None

# Checks that stand already: SQLite makes these tables anew, and Alembic does not carry them over.
DURATION = (sa.CheckConstraint('duration_minutes IS NULL OR duration_minutes > 0', name='ck_agenda_item_duration'),)
ORDER = (sa.CheckConstraint('ends_at IS NULL OR ends_at > starts_at', name='ck_sitting_order'),)


def upgrade():
    op.create_table('agenda_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('host_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_agenda_template_created_by_id')),
    sa.ForeignKeyConstraint(['host_id'], ['organization.id'], name=op.f('fk_agenda_template_host_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_template')),
    sa.UniqueConstraint('host_id', 'name', name=op.f('uq_agenda_template_host_id_name'))
    )
    op.create_table('agenda_edit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_agenda_edit_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_agenda_edit_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_edit'))
    )
    with op.batch_alter_table('agenda_edit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_edit_event_id_id'), ['event_id', 'id'], unique=False)

    op.create_table('agenda_release',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('snapshot', sa.JSON(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_agenda_release_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['released_by_id'], ['user.id'], name=op.f('fk_agenda_release_released_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_release')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_agenda_release_event_id_number'))
    )
    op.create_table('feed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_feed_created_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_feed_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_feed_token_hash'))
    )
    with op.batch_alter_table('feed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feed_event_id'), ['event_id'], unique=False)

    op.create_table('file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('size > 0', name=op.f('ck_file_size')),
    sa.ForeignKeyConstraint(['added_by_id'], ['user.id'], name=op.f('fk_file_added_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_file_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file'))
    )
    with op.batch_alter_table('file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_file_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_file_sha256'), ['sha256'], unique=False)

    op.create_table('strand',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('place', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_strand_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_strand')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_strand_event_id_number'))
    )
    op.create_table('release_touch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('item_key', sa.String(length=16), nullable=True),
    sa.Column('how', sa.String(length=32), nullable=False),
    sa.CheckConstraint('(person_id IS NULL) <> (site_id IS NULL)', name=op.f('ck_release_touch_one')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_release_touch_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['release_id'], ['agenda_release.id'], name=op.f('fk_release_touch_release_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_release_touch_site_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_touch'))
    )
    with op.batch_alter_table('release_touch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_release_touch_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_release_touch_release_id'), ['release_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_release_touch_site_id'), ['site_id'], unique=False)

    op.create_table('run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('sitting_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('current_key', sa.String(length=16), nullable=True),
    sa.Column('held_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('message_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undo', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_run_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_run_sitting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run')),
    sa.UniqueConstraint('sitting_id', name=op.f('uq_run_sitting_id'))
    )
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_run_event_id'), ['event_id'], unique=False)

    op.create_table('cue',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('item_key', sa.String(length=16), nullable=False),
    sa.Column('cue', sa.String(length=12), nullable=True),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('planned_start', sa.DateTime(timezone=True), nullable=True),
    sa.Column('planned_minutes', sa.Integer(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('skipped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('given_minutes', sa.Integer(), nullable=False),
    sa.Column('held_seconds', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_cue_run_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cue')),
    sa.UniqueConstraint('run_id', 'item_key', name=op.f('uq_cue_run_id_item_key'))
    )
    op.create_table('material',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('item_key', sa.String(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=True),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_material_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organization.id'], name=op.f('fk_material_organization_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_material')),
    sa.UniqueConstraint('event_id', 'item_key', 'number', name=op.f('uq_material_event_id_item_key_number'))
    )
    op.create_table('material_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('material_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('link', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(file_id IS NULL) <> (link IS NULL)', name=op.f('ck_material_version_content')),
    sa.ForeignKeyConstraint(['added_by_id'], ['user.id'], name=op.f('fk_material_version_added_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_material_version_file_id')),
    sa.ForeignKeyConstraint(['material_id'], ['material.id'], name=op.f('fk_material_version_material_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_material_version')),
    sa.UniqueConstraint('material_id', 'number', name=op.f('uq_material_version_material_id_number'))
    )
    with op.batch_alter_table('agenda_item', schema=None, table_args=DURATION) as batch_op:
        batch_op.add_column(sa.Column('strand_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('key', sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column('moves', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('cue', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('pinned_at', sa.Time(), nullable=True))
        batch_op.add_column(sa.Column('is_public', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('position', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('organization_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('site_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('mc_line', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('sound_note', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('light_note', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('screen_note', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('line_note', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('reception_note', sa.Text(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_agenda_item_strand_id'), 'strand', ['strand_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_agenda_item_site_id'), 'site', ['site_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_agenda_item_organization_id'), 'organization', ['organization_id'], ['id'])

    # Every item gets the key that names it for good.
    item = sa.table('agenda_item', sa.column('id'), sa.column('key'))
    connection = op.get_bind()
    rows = connection.execute(sa.select(item.c.id)).scalars().all()
    if rows:
        connection.execute(
            item.update().where(item.c.id == sa.bindparam('of')).values(key=sa.bindparam('named')),
            [{'of': row, 'named': secrets.token_hex(8)} for row in rows],
        )
    with op.batch_alter_table('agenda_item', schema=None, table_args=DURATION) as batch_op:
        batch_op.alter_column('key', existing_type=sa.String(length=16), nullable=False)
        batch_op.alter_column('moves', existing_type=sa.Integer(), existing_nullable=False, server_default=None)
        batch_op.alter_column('is_public', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        batch_op.create_unique_constraint(batch_op.f('uq_agenda_item_event_id_key'), ['event_id', 'key'])

    # An item holds one ritual from now on: the first keeps it, the others stay without an item.
    op.execute(
        "UPDATE ritual SET agenda_item_id = NULL WHERE agenda_item_id IS NOT NULL AND EXISTS "
        "(SELECT 1 FROM ritual AS other WHERE other.agenda_item_id = ritual.agenda_item_id AND other.id < ritual.id)"
    )
    with op.batch_alter_table('ritual', schema=None) as batch_op:
        batch_op.add_column(sa.Column('copies', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('setting', sa.Text(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_ritual_agenda_item_id'), ['agenda_item_id'])
        batch_op.create_check_constraint(batch_op.f('ck_ritual_copies'), 'copies IS NULL OR copies > 0')

    with op.batch_alter_table('ritual_participant', schema=None) as batch_op:
        batch_op.add_column(sa.Column('position', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('stands_at', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('cue', sa.Text(), nullable=True))

    with op.batch_alter_table('sitting', schema=None, table_args=ORDER) as batch_op:
        batch_op.add_column(sa.Column('buffer_minutes', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('sitting', schema=None, table_args=ORDER) as batch_op:
        batch_op.alter_column('buffer_minutes', existing_type=sa.Integer(), existing_nullable=False, server_default=None)


def downgrade():
    with op.batch_alter_table('sitting', schema=None, table_args=ORDER) as batch_op:
        batch_op.drop_column('buffer_minutes')

    with op.batch_alter_table('ritual_participant', schema=None) as batch_op:
        batch_op.drop_column('cue')
        batch_op.drop_column('stands_at')
        batch_op.drop_column('position')

    with op.batch_alter_table('ritual', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_ritual_copies'), type_='check')
        batch_op.drop_constraint(batch_op.f('uq_ritual_agenda_item_id'), type_='unique')
        batch_op.drop_column('setting')
        batch_op.drop_column('copies')

    with op.batch_alter_table('agenda_item', schema=None, table_args=DURATION) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_agenda_item_organization_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_agenda_item_site_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_agenda_item_strand_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_agenda_item_event_id_key'), type_='unique')
        batch_op.drop_column('reception_note')
        batch_op.drop_column('line_note')
        batch_op.drop_column('screen_note')
        batch_op.drop_column('light_note')
        batch_op.drop_column('sound_note')
        batch_op.drop_column('mc_line')
        batch_op.drop_column('site_id')
        batch_op.drop_column('organization_id')
        batch_op.drop_column('position')
        batch_op.drop_column('is_public')
        batch_op.drop_column('pinned_at')
        batch_op.drop_column('cue')
        batch_op.drop_column('moves')
        batch_op.drop_column('key')
        batch_op.drop_column('strand_id')

    op.drop_table('material_version')
    op.drop_table('material')
    op.drop_table('cue')
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_run_event_id'))

    op.drop_table('run')
    with op.batch_alter_table('release_touch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_release_touch_site_id'))
        batch_op.drop_index(batch_op.f('ix_release_touch_release_id'))
        batch_op.drop_index(batch_op.f('ix_release_touch_person_id'))

    op.drop_table('release_touch')
    op.drop_table('strand')
    with op.batch_alter_table('file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_file_sha256'))
        batch_op.drop_index(batch_op.f('ix_file_event_id'))

    op.drop_table('file')
    with op.batch_alter_table('feed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feed_event_id'))

    op.drop_table('feed')
    op.drop_table('agenda_release')
    with op.batch_alter_table('agenda_edit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_edit_event_id_id'))

    op.drop_table('agenda_edit')
    op.drop_table('agenda_template')
