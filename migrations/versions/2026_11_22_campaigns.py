"""campaigns"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_campaigns"
down_revision = "20261122_tasks"
branch_labels = None
depends_on = None


def upgrade():
    _rename("campaign", "movement", "campaign_skill", "skill")
    op.create_table(
        "accreditation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outlet", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=True),
        sa.Column("press_card", sa.String(length=60), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("equipment", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("token_sealed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_accreditation_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_accreditation_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_accreditation_event_id_number")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_accreditation_token_hash")),
    )
    with op.batch_alter_table("accreditation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_accreditation_event_id_state"), ["event_id", "state"], unique=False
        )

    op.create_table(
        "cluster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("venue", sa.Text(), nullable=True),
        sa.Column("venue_text", sa.Text(), nullable=True),
        sa.Column("cite", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("days >= 1", name=op.f("ck_cluster_days")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_cluster_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster")),
        sa.UniqueConstraint("event_id", "key", name=op.f("uq_cluster_event_id_key")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_cluster_event_id_number")),
    )
    op.create_table(
        "stop_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("agenda_template_id", sa.Integer(), nullable=True),
        sa.Column("shipped_agenda", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["agenda_template_id"],
            ["agenda_template.id"],
            name=op.f("fk_stop_template_agenda_template_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_stop_template_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_template")),
        sa.UniqueConstraint("event_id", name=op.f("uq_stop_template_event_id")),
    )
    op.create_table(
        "budget_estimate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("organization_invitation_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.String(length=300), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settlement_paper", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.String(length=200), nullable=True),
        sa.Column("on_behalf_by_id", sa.Integer(), nullable=True),
        sa.Column("forwarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forwarded_by", sa.String(length=200), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_budget_estimate_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_by_id"], ["user.id"], name=op.f("fk_budget_estimate_on_behalf_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_invitation_id"],
            ["organization_invitation.id"],
            name=op.f("fk_budget_estimate_organization_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["user.id"], name=op.f("fk_budget_estimate_reviewed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_estimate")),
        sa.UniqueConstraint(
            "event_id",
            "organization_invitation_id",
            name=op.f("uq_budget_estimate_event_id_organization_invitation_id"),
        ),
    )
    with op.batch_alter_table("budget_estimate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_budget_estimate_organization_invitation_id"),
            ["organization_invitation_id"],
            unique=False,
        )

    op.create_table(
        "cluster_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_host", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("unit_code", sa.String(length=8), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_cluster_unit_cluster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_cluster_unit_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_cluster_unit_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_unit")),
        sa.UniqueConstraint("cluster_id", "number", name=op.f("uq_cluster_unit_cluster_id_number")),
        sa.UniqueConstraint("event_id", "unit_code", name=op.f("uq_cluster_unit_event_id_unit_code")),
    )
    op.create_table(
        "template_sitting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.CheckConstraint("day >= 1", name=op.f("ck_template_sitting_day")),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["stop_template.id"],
            name=op.f("fk_template_sitting_template_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_sitting")),
        sa.UniqueConstraint("template_id", "number", name=op.f("uq_template_sitting_template_id_number")),
    )
    op.create_table(
        "template_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("agency", sa.String(length=300), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["stop_template.id"],
            name=op.f("fk_template_task_template_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_task")),
        sa.UniqueConstraint("template_id", "number", name=op.f("uq_template_task_template_id_number")),
    )
    op.create_table(
        "budget_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estimate_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("approved", sa.BigInteger(), nullable=True),
        sa.Column("spent", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_budget_line_amount")),
        sa.CheckConstraint("approved >= 0", name=op.f("ck_budget_line_approved")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_budget_line_quantity")),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_budget_line_spent")),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_budget_line_unit_price")),
        sa.ForeignKeyConstraint(
            ["estimate_id"],
            ["budget_estimate.id"],
            name=op.f("fk_budget_line_estimate_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["budget_source.id"], name=op.f("fk_budget_line_source_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_line")),
        sa.UniqueConstraint("estimate_id", "number", name=op.f("uq_budget_line_estimate_id_number")),
    )
    with op.batch_alter_table("budget_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budget_line_source_id"), ["source_id"], unique=False)

    op.create_table(
        "stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("cluster_unit_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("part_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("days >= 1", name=op.f("ck_stop_days")),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_stop_capacity")),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_stop_cluster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["cluster_unit_id"],
            ["cluster_unit.id"],
            name=op.f("fk_stop_cluster_unit_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_stop_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["part_id"], ["event.id"], name=op.f("fk_stop_part_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop")),
        sa.UniqueConstraint("cluster_id", "number", name=op.f("uq_stop_cluster_id_number")),
        sa.UniqueConstraint("part_id", name=op.f("uq_stop_part_id")),
    )
    with op.batch_alter_table("stop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stop_cluster_unit_id"), ["cluster_unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stop_event_id"), ["event_id"], unique=False)

    op.create_table(
        "travel_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_travel_time_order")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_travel_time_minutes")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_travel_time_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["cluster_unit.id"], name=op.f("fk_travel_time_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["cluster_unit.id"], name=op.f("fk_travel_time_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_time")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_travel_time_first_id_second_id")),
    )
    with op.batch_alter_table("travel_time", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_travel_time_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_travel_time_second_id"), ["second_id"], unique=False)

    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("stop_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("assigned", sa.Text(), nullable=True),
        sa.Column("participants", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("time_text", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("visitors", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("cite", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name=op.f("ck_activity_days")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_activity_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["activity.id"], name=op.f("fk_activity_parent_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["stop_id"], ["stop.id"], name=op.f("fk_activity_stop_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_activity_task_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activity_event_id_kind_number"), ["event_id", "kind", "number"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_activity_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_stop_id"), ["stop_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_task_id"), ["task_id"], unique=False)

    op.create_table(
        "commendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("position", sa.String(length=300), nullable=True),
        sa.Column("organization_name", sa.String(length=300), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("achievement", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=200), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.String(length=300), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("decision_number", sa.String(length=80), nullable=True),
        sa.Column("decision_date", sa.Date(), nullable=True),
        sa.Column("agenda_item_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state <> 'decided' OR decision_number IS NOT NULL", name=op.f("ck_commendation_decision")
        ),
        sa.ForeignKeyConstraint(
            ["agenda_item_id"],
            ["agenda_item.id"],
            name=op.f("fk_commendation_agenda_item_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_commendation_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_commendation_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["organization_invitation.id"],
            name=op.f("fk_commendation_proposed_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commendation")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_commendation_event_id_number")),
    )
    with op.batch_alter_table("commendation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commendation_agenda_item_id"), ["agenda_item_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_commendation_event_id_state"), ["event_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_commendation_proposed_by_id"), ["proposed_by_id"], unique=False)

    op.create_table(
        "commendation_script",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agenda_item_id", sa.Integer(), nullable=False),
        sa.Column("mc_line", sa.Text(), nullable=True),
        sa.Column("screen_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agenda_item_id"],
            ["agenda_item.id"],
            name=op.f("fk_commendation_script_agenda_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commendation_script")),
        sa.UniqueConstraint("agenda_item_id", name=op.f("uq_commendation_script_agenda_item_id")),
    )
    op.create_table(
        "stop_team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stop_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_stop_team_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["stop_id"], ["stop.id"], name=op.f("fk_stop_team_stop_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_team")),
        sa.UniqueConstraint("stop_id", "number", name=op.f("uq_stop_team_stop_id_number")),
    )
    op.create_table(
        "activity_content",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_content_activity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_content")),
        sa.UniqueConstraint("activity_id", "number", name=op.f("uq_activity_content_activity_id_number")),
    )
    op.create_table(
        "activity_doors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("open_doors_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_doors_activity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["open_doors_id"],
            ["open_doors.id"],
            name=op.f("fk_activity_doors_open_doors_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_doors")),
        sa.UniqueConstraint("open_doors_id", name=op.f("uq_activity_doors_open_doors_id")),
    )
    with op.batch_alter_table("activity_doors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_doors_activity_id"), ["activity_id"], unique=False)

    op.create_table(
        "activity_organization",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name=op.f("fk_activity_organization_activity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_activity_organization_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_organization")),
        sa.UniqueConstraint(
            "activity_id", "number", name=op.f("uq_activity_organization_activity_id_number")
        ),
    )
    with op.batch_alter_table("activity_organization", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activity_organization_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "communication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=300), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=True),
        sa.Column("reach", sa.Integer(), nullable=True),
        sa.Column("proof_url", sa.String(length=2000), nullable=True),
        sa.Column("proof_file_id", sa.Integer(), nullable=True),
        sa.Column("cite", sa.Text(), nullable=True),
        sa.CheckConstraint("pieces >= 0", name=op.f("ck_communication_pieces")),
        sa.CheckConstraint("reach >= 0", name=op.f("ck_communication_reach")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_communication_activity_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_communication_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_communication_organization_id")
        ),
        sa.ForeignKeyConstraint(["proof_file_id"], ["file.id"], name=op.f("fk_communication_proof_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communication")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_communication_event_id_number")),
    )
    with op.batch_alter_table("communication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_communication_activity_id"), ["activity_id"], unique=False)

    op.create_table(
        "contest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("rules", sa.Text(), nullable=True),
        sa.Column("entrants", sa.String(length=32), nullable=False),
        sa.Column("takes_children", sa.Boolean(), nullable=False),
        sa.Column("adult_age", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("most_members", sa.Integer(), nullable=False),
        sa.Column("most_entries_each", sa.Integer(), nullable=False),
        sa.Column("takes_files", sa.Boolean(), nullable=False),
        sa.Column("takes_links", sa.Boolean(), nullable=False),
        sa.Column("most_files", sa.Integer(), nullable=False),
        sa.Column("file_limit", sa.Integer(), nullable=False),
        sa.Column("vote_opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("vote_closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("vote_weight", sa.Integer(), nullable=False),
        sa.Column("shows_votes", sa.Boolean(), nullable=False),
        sa.Column("results_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shows_schools", sa.Boolean(), nullable=False),
        sa.Column("entries_shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at", name=op.f("ck_contest_hours")
        ),
        sa.CheckConstraint(
            "vote_closes_at IS NULL OR vote_opens_at IS NULL OR vote_closes_at > vote_opens_at",
            name=op.f("ck_contest_vote_hours"),
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_contest_activity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_contest_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
        sa.UniqueConstraint("activity_id", name=op.f("uq_contest_activity_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_contest_slug")),
    )
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contest_event_id"), ["event_id"], unique=False)

    op.create_table(
        "stall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=300), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("goods", sa.Text(), nullable=True),
        sa.Column("ocop_stars", sa.Integer(), nullable=True),
        sa.Column("contact_name", sa.String(length=200), nullable=True),
        sa.Column("contact_phone", sa.String(length=40), nullable=True),
        sa.Column("contact_email", sa.String(length=254), nullable=True),
        sa.Column("is_cashless", sa.Boolean(), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_stall_activity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["stall.id"], name=op.f("fk_stall_bank_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_stall_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_stall_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stall")),
        sa.UniqueConstraint("activity_id", "code", name=op.f("uq_stall_activity_id_code")),
    )
    with op.batch_alter_table("stall", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stall_event_id"), ["event_id"], unique=False)

    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("most_points", sa.Integer(), nullable=False),
        sa.CheckConstraint("most_points > 0", name=op.f("ck_criterion_points")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_criterion_contest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("contest_id", "number", name=op.f("uq_criterion_contest_id_number")),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("link", sa.String(length=2000), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("public_name", sa.String(length=200), nullable=False),
        sa.Column("organization_name", sa.String(length=300), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("is_child", sa.Boolean(), nullable=False),
        sa.Column("guardian_name", sa.String(length=200), nullable=True),
        sa.Column("guardian_phone", sa.String(length=40), nullable=True),
        sa.Column("guardian_email", sa.String(length=254), nullable=True),
        sa.Column("guardian_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guardian_refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_paper_consent", sa.Boolean(), nullable=False),
        sa.Column("shows_work", sa.Boolean(), nullable=False),
        sa.Column("guardian_token_hash", sa.String(length=64), nullable=True),
        sa.Column("guardian_token_sealed", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token_sealed", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_entry_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_entry_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("contest_id", "number", name=op.f("uq_entry_contest_id_number")),
        sa.UniqueConstraint("guardian_token_hash", name=op.f("uq_entry_guardian_token_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_entry_token_hash")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_contest_id_state"), ["contest_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_organization_id"), ["organization_id"], unique=False)

    op.create_table(
        "judge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=True),
        sa.Column("organization_name", sa.String(length=300), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token_sealed", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_judge_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_judge_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge")),
        sa.UniqueConstraint("contest_id", "number", name=op.f("uq_judge_contest_id_number")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_judge_token_hash")),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("advancing", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_round_contest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("contest_id", "number", name=op.f("uq_round_contest_id_number")),
    )
    op.create_table(
        "award_script",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agenda_item_id", sa.Integer(), nullable=False),
        sa.Column("mc_line", sa.Text(), nullable=True),
        sa.Column("screen_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agenda_item_id"],
            ["agenda_item.id"],
            name=op.f("fk_award_script_agenda_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_script")),
        sa.UniqueConstraint("agenda_item_id", name=op.f("uq_award_script_agenda_item_id")),
    )
    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("prize", sa.String(length=300), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("agenda_item_id", sa.Integer(), nullable=True),
        sa.Column("presenter", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["agenda_item_id"], ["agenda_item.id"], name=op.f("fk_award_agenda_item_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_award_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_award_entry_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("contest_id", "number", name=op.f("uq_award_contest_id_number")),
    )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_agenda_item_id"), ["agenda_item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_award_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "entry_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_entry_file_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_entry_file_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_file")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_entry_file_entry_id_number")),
    )
    op.create_table(
        "entry_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_entry_member_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_member")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_entry_member_entry_id_number")),
    )
    op.create_table(
        "judge_tie",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_judge_tie_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["judge.id"], name=op.f("fk_judge_tie_judge_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_tie")),
        sa.UniqueConstraint("judge_id", "entry_id", name=op.f("uq_judge_tie_judge_id_entry_id")),
    )
    with op.batch_alter_table("judge_tie", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judge_tie_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "livestream_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("viewers", sa.Integer(), nullable=True),
        sa.Column("orders", sa.Integer(), nullable=True),
        sa.Column("revenue", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_livestream_slot_hours")),
        sa.CheckConstraint(
            "viewers >= 0 AND orders >= 0 AND revenue >= 0", name=op.f("ck_livestream_slot_figures")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_livestream_slot_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_livestream_slot_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_livestream_slot")),
        sa.UniqueConstraint("round_id", "entry_id", name=op.f("uq_livestream_slot_round_id_entry_id")),
    )
    with op.batch_alter_table("livestream_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_livestream_slot_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=True),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("first_score", sa.Integer(), nullable=True),
        sa.Column("second_score", sa.Integer(), nullable=True),
        sa.Column("winner_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.CheckConstraint("first_id IS NULL OR first_id <> second_id", name=op.f("ck_match_two")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["entry.id"], name=op.f("fk_match_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_match_round_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["entry.id"], name=op.f("fk_match_second_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["winner_id"], ["entry.id"], name=op.f("fk_match_winner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
        sa.UniqueConstraint("round_id", "level", "number", name=op.f("uq_match_round_id_level_number")),
    )
    op.create_table(
        "round_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Numeric(precision=8, scale=2), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("goes_on", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_round_entry_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_entry_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_entry")),
        sa.UniqueConstraint("round_id", "entry_id", name=op.f("uq_round_entry_round_id_entry_id")),
    )
    with op.batch_alter_table("round_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_entry_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_score_points")),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criterion.id"], name=op.f("fk_score_criterion_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_score_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["judge.id"], name=op.f("fk_score_judge_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_score_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint(
            "round_id",
            "judge_id",
            "entry_id",
            "criterion_id",
            name=op.f("uq_score_round_id_judge_id_entry_id_criterion_id"),
        ),
    )
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_criterion_id"), ["criterion_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_score_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_score_judge_id"), ["judge_id"], unique=False)

    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_out_reason", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_vote_contest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_vote_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("contest_id", "voter", name=op.f("uq_vote_contest_id_voter")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_vote_token_hash")),
    )
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_vote_contest_id_network_cast_at"),
            ["contest_id", "network", "cast_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_vote_entry_id"), ["entry_id"], unique=False)
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("title_cite", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("theme", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("theme_cite", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("part_of_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_event_part_of_id"), ["part_of_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_event_part_of_id"), "event", ["part_of_id"], ["id"])



def downgrade():
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_event_part_of_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_event_part_of_id"))
        batch_op.drop_column("part_of_id")
        batch_op.drop_column("theme_cite")
        batch_op.drop_column("theme")
        batch_op.drop_column("title_cite")
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vote_entry_id"))
        batch_op.drop_index(batch_op.f("ix_vote_contest_id_network_cast_at"))

    op.drop_table("vote")
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_judge_id"))
        batch_op.drop_index(batch_op.f("ix_score_entry_id"))
        batch_op.drop_index(batch_op.f("ix_score_criterion_id"))

    op.drop_table("score")
    with op.batch_alter_table("round_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_entry_entry_id"))

    op.drop_table("round_entry")
    op.drop_table("match")
    with op.batch_alter_table("livestream_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_livestream_slot_entry_id"))

    op.drop_table("livestream_slot")
    with op.batch_alter_table("judge_tie", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judge_tie_entry_id"))

    op.drop_table("judge_tie")
    op.drop_table("entry_member")
    op.drop_table("entry_file")
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_entry_id"))
        batch_op.drop_index(batch_op.f("ix_award_agenda_item_id"))

    op.drop_table("award")
    op.drop_table("award_script")
    op.drop_table("round")
    op.drop_table("judge")
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_organization_id"))
        batch_op.drop_index(batch_op.f("ix_entry_contest_id_state"))

    op.drop_table("entry")
    op.drop_table("criterion")
    with op.batch_alter_table("stall", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stall_event_id"))

    op.drop_table("stall")
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contest_event_id"))

    op.drop_table("contest")
    with op.batch_alter_table("communication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_communication_activity_id"))

    op.drop_table("communication")
    with op.batch_alter_table("activity_organization", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_organization_organization_id"))

    op.drop_table("activity_organization")
    with op.batch_alter_table("activity_doors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_doors_activity_id"))

    op.drop_table("activity_doors")
    op.drop_table("activity_content")
    op.drop_table("commendation_script")
    op.drop_table("stop_team")
    with op.batch_alter_table("commendation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commendation_proposed_by_id"))
        batch_op.drop_index(batch_op.f("ix_commendation_event_id_state"))
        batch_op.drop_index(batch_op.f("ix_commendation_agenda_item_id"))

    op.drop_table("commendation")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_task_id"))
        batch_op.drop_index(batch_op.f("ix_activity_stop_id"))
        batch_op.drop_index(batch_op.f("ix_activity_parent_id"))
        batch_op.drop_index(batch_op.f("ix_activity_event_id_kind_number"))

    op.drop_table("activity")
    with op.batch_alter_table("travel_time", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_travel_time_second_id"))
        batch_op.drop_index(batch_op.f("ix_travel_time_event_id"))

    op.drop_table("travel_time")
    with op.batch_alter_table("stop", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stop_event_id"))
        batch_op.drop_index(batch_op.f("ix_stop_cluster_unit_id"))

    op.drop_table("stop")
    with op.batch_alter_table("budget_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_budget_line_source_id"))

    op.drop_table("budget_line")
    op.drop_table("template_task")
    op.drop_table("template_sitting")
    op.drop_table("cluster_unit")
    with op.batch_alter_table("budget_estimate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_budget_estimate_organization_invitation_id"))

    op.drop_table("budget_estimate")
    op.drop_table("stop_template")
    op.drop_table("cluster")
    with op.batch_alter_table("accreditation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accreditation_event_id_state"))

    op.drop_table("accreditation")
    _rename("movement", "campaign", "skill", "campaign_skill")


def _rename(old, new, old_skill, new_skill):
    """Call the movement of an event by another name, with its skills and what points at it. No row is touched."""
    op.rename_table(old, new)
    op.rename_table(old_skill, new_skill)
    for table in (new_skill, "target", "guidance_return"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old}_id TO {new}_id")
    returned = "organization_invitation_id"
    names = {
        new: [
            (f"pk_{old}", f"pk_{new}", "primary", ["id"]),
            (f"fk_{old}_event_id", f"fk_{new}_event_id", "event", ["event_id"]),
            (f"uq_{old}_event_id", f"uq_{new}_event_id", "unique", ["event_id"]),
        ],
        new_skill: [
            (f"pk_{old_skill}", f"pk_{new_skill}", "primary", ["id"]),
            (f"fk_{old_skill}_{old}_id", f"fk_{new_skill}_{new}_id", new, [f"{new}_id"]),
            (f"uq_{old_skill}_{old}_id_number", f"uq_{new_skill}_{new}_id_number", "unique", [f"{new}_id", "number"]),
        ],
        "target": [
            (f"fk_target_{old}_id", f"fk_target_{new}_id", new, [f"{new}_id"]),
            (f"uq_target_{old}_id_number", f"uq_target_{new}_id_number", "unique", [f"{new}_id", "number"]),
        ],
        "guidance_return": [
            (f"fk_guidance_return_{old}_id", f"fk_guidance_return_{new}_id", new, [f"{new}_id"]),
            (
                f"uq_guidance_return_{old}_id_{returned}",
                f"uq_guidance_return_{new}_id_{returned}",
                "unique",
                [f"{new}_id", returned],
            ),
        ],
    }
    for table, renamed in names.items():
        if op.get_bind().dialect.name == "postgresql":
            for before, after, _kind, _columns in renamed:
                op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {before} TO {after}")
        else:
            _rename_by_copying(table, renamed, new)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER SEQUENCE {old}_id_seq RENAME TO {new}_id_seq")
        op.execute(f"ALTER SEQUENCE {old_skill}_id_seq RENAME TO {new_skill}_id_seq")


def _rename_by_copying(table, renamed, new):
    """SQLite names a constraint once, when the table is made; it does not show its checks to the copier."""
    whose = sa.CheckConstraint(f"({new}_id IS NULL) <> (indicator_id IS NULL)", name=op.f("ck_target_whose"))
    checks = (whose,) if table == "target" else ()
    with op.batch_alter_table(table, recreate="always", table_args=checks) as batch:
        for before, after, kind, columns in renamed:
            if kind == "primary":
                continue  # has no name of its own there
            is_unique = kind == "unique"
            batch.drop_constraint(op.f(before), type_="unique" if is_unique else "foreignkey")
            if is_unique:
                batch.create_unique_constraint(op.f(after), columns)
            else:
                batch.create_foreign_key(op.f(after), kind, columns, ["id"], ondelete="CASCADE")
