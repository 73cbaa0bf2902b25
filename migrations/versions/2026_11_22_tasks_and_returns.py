"""tasks and returns"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_tasks"
down_revision = "20261122_checkin"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("day", name=op.f("uq_calendar_day_day")),
    )
    op.create_table(
        "media_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_media_item_added_by_id")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_media_item_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_item")),
    )
    with op.batch_alter_table("media_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_media_item_event_id_published_on"), ["event_id", "published_on"], unique=False
        )

    op.create_table(
        "milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("time_text", sa.Text(), nullable=True),
        sa.Column("cite", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_milestone_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_milestone_event_id_number")),
    )
    op.create_table(
        "results_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("addressee", sa.Text(), nullable=True),
        sa.Column("preparation", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("strengths", sa.Text(), nullable=True),
        sa.Column("weaknesses", sa.Text(), nullable=True),
        sa.Column("causes", sa.Text(), nullable=True),
        sa.Column("proposals", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user.id"], name=op.f("fk_results_report_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_results_report_document_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_results_report_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results_report")),
        sa.UniqueConstraint("event_id", name=op.f("uq_results_report_event_id")),
    )
    op.create_table(
        "guidance_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("organization_invitation_id", sa.Integer(), nullable=False),
        sa.Column("above_id", sa.Integer(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("members_who_reached", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
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
            ["above_id"],
            ["organization_invitation.id"],
            name=op.f("fk_guidance_return_above_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_guidance_return_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_by_id"], ["user.id"], name=op.f("fk_guidance_return_on_behalf_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_invitation_id"],
            ["organization_invitation.id"],
            name=op.f("fk_guidance_return_organization_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["user.id"], name=op.f("fk_guidance_return_reviewed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_return")),
        sa.UniqueConstraint(
            "campaign_id",
            "organization_invitation_id",
            name=op.f("uq_guidance_return_campaign_id_organization_invitation_id"),
        ),
    )
    with op.batch_alter_table("guidance_return", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guidance_return_above_id"), ["above_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_guidance_return_organization_invitation_id"),
            ["organization_invitation_id"],
            unique=False,
        )

    op.create_table(
        "local_launch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("organization_invitation_id", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("form", sa.String(length=300), nullable=True),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
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
            ["event_id"], ["event.id"], name=op.f("fk_local_launch_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_local_launch_file_id")),
        sa.ForeignKeyConstraint(
            ["on_behalf_by_id"], ["user.id"], name=op.f("fk_local_launch_on_behalf_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_invitation_id"],
            ["organization_invitation.id"],
            name=op.f("fk_local_launch_organization_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["user.id"], name=op.f("fk_local_launch_reviewed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_launch")),
        sa.UniqueConstraint(
            "event_id",
            "organization_invitation_id",
            name=op.f("uq_local_launch_event_id_organization_invitation_id"),
        ),
    )
    with op.batch_alter_table("local_launch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_local_launch_organization_invitation_id"),
            ["organization_invitation_id"],
            unique=False,
        )

    op.create_table(
        "guidance_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=True),
        sa.Column("residents", sa.Integer(), nullable=False),
        sa.CheckConstraint("residents >= 0", name=op.f("ck_guidance_count_count")),
        sa.ForeignKeyConstraint(
            ["return_id"],
            ["guidance_return.id"],
            name=op.f("fk_guidance_count_return_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["campaign_skill.id"], name=op.f("fk_guidance_count_skill_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_count")),
        sa.UniqueConstraint(
            "return_id", "day", "skill_id", name=op.f("uq_guidance_count_return_id_day_skill_id")
        ),
    )
    op.create_table(
        "training_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("training_group_id", sa.Integer(), nullable=False),
        sa.Column("organization_invitation_id", sa.Integer(), nullable=False),
        sa.Column("learners", sa.Integer(), nullable=True),
        sa.Column("completed", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.String(length=200), nullable=True),
        sa.Column("on_behalf_by_id", sa.Integer(), nullable=True),
        sa.Column("forwarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forwarded_by", sa.String(length=200), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "completed IS NULL OR learners IS NULL OR completed <= learners",
            name=op.f("ck_training_return_part"),
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_by_id"], ["user.id"], name=op.f("fk_training_return_on_behalf_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_invitation_id"],
            ["organization_invitation.id"],
            name=op.f("fk_training_return_organization_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["user.id"], name=op.f("fk_training_return_reviewed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["training_group_id"],
            ["training_group.id"],
            name=op.f("fk_training_return_training_group_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_return")),
        sa.UniqueConstraint(
            "training_group_id",
            "organization_invitation_id",
            name=op.f("uq_training_return_training_group_id_organization_invitation_id"),
        ),
    )
    with op.batch_alter_table("training_return", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_return_organization_invitation_id"),
            ["organization_invitation_id"],
            unique=False,
        )

    op.create_table(
        "duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("report_to", sa.String(length=300), nullable=True),
        sa.Column("report_via", sa.String(length=300), nullable=True),
        sa.Column("rhythm", sa.String(length=32), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("month_day", sa.Integer(), nullable=True),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("tracked_from", sa.Date(), nullable=False),
        sa.Column("has_meeting", sa.Boolean(), nullable=False),
        sa.Column("cite", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_duty_order")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_duty_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_duty_task_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_duty_event_id_number")),
    )
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_task_id"), ["task_id"], unique=False)

    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(length=300), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_indicator_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_indicator_task_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_indicator_event_id_number")),
    )
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_indicator_task_id"), ["task_id"], unique=False)

    op.create_table(
        "task_dependency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("needs_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("task_id <> needs_id", name=op.f("ck_task_dependency_other")),
        sa.ForeignKeyConstraint(
            ["needs_id"], ["task.id"], name=op.f("fk_task_dependency_needs_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_task_dependency_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_dependency")),
        sa.UniqueConstraint("task_id", "needs_id", name=op.f("uq_task_dependency_task_id_needs_id")),
    )
    with op.batch_alter_table("task_dependency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_dependency_needs_id"), ["needs_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("organization_invitation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("extended_to", sa.Date(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["assignee.id"], name=op.f("fk_assignment_assignee_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organization_invitation_id"],
            ["organization_invitation.id"],
            name=op.f("fk_assignment_organization_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_assignment_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint(
            "task_id",
            "organization_invitation_id",
            name=op.f("uq_assignment_task_id_organization_invitation_id"),
        ),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_assignee_id"), ["assignee_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_assignment_organization_invitation_id_state"),
            ["organization_invitation_id", "state"],
            unique=False,
        )

    op.create_table(
        "duty_reporter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("organization_invitation_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["duty_id"], ["duty.id"], name=op.f("fk_duty_reporter_duty_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_invitation_id"],
            ["organization_invitation.id"],
            name=op.f("fk_duty_reporter_organization_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_reporter")),
        sa.UniqueConstraint(
            "duty_id",
            "organization_invitation_id",
            name=op.f("uq_duty_reporter_duty_id_organization_invitation_id"),
        ),
    )
    with op.batch_alter_table("duty_reporter", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_duty_reporter_organization_invitation_id"),
            ["organization_invitation_id"],
            unique=False,
        )

    op.create_table(
        "period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_tracked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_period_duty_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint("duty_id", "due_on", name=op.f("uq_period_duty_id_due_on")),
    )
    with op.batch_alter_table("period", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_period_due_on"), ["due_on"], unique=False)

    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("former", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("for_all", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_extension_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_extension_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_extension_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extension_task_id_id"), ["task_id", "id"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("place_cite", sa.String(length=200), nullable=True),
        sa.Column("chair", sa.String(length=200), nullable=True),
        sa.Column("chair_position", sa.String(length=200), nullable=True),
        sa.Column("chair_cite", sa.String(length=200), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("subject_cite", sa.String(length=200), nullable=True),
        sa.Column("attendance_text", sa.Text(), nullable=True),
        sa.Column("attendance_cite", sa.String(length=200), nullable=True),
        sa.Column("report_heard", sa.Text(), nullable=True),
        sa.Column("report_by", sa.String(length=300), nullable=True),
        sa.Column("report_cite", sa.String(length=200), nullable=True),
        sa.Column("conclusions", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_meeting_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_meeting_period_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("period_id", name=op.f("uq_meeting_period_id")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meeting_event_id_held_on"), ["event_id", "held_on"], unique=False
        )

    op.create_table(
        "period_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("organization_invitation_id", sa.Integer(), nullable=False),
        sa.Column("is_unchanged", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Text(), nullable=True),
        sa.Column("planned", sa.Text(), nullable=True),
        sa.Column("proposals", sa.Text(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.String(length=200), nullable=True),
        sa.Column("on_behalf_by_id", sa.Integer(), nullable=True),
        sa.Column("forwarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forwarded_by", sa.String(length=200), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_period_report_file_id")),
        sa.ForeignKeyConstraint(
            ["on_behalf_by_id"], ["user.id"], name=op.f("fk_period_report_on_behalf_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_invitation_id"],
            ["organization_invitation.id"],
            name=op.f("fk_period_report_organization_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_period_report_period_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["user.id"], name=op.f("fk_period_report_reviewed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_report")),
        sa.UniqueConstraint(
            "period_id",
            "organization_invitation_id",
            name=op.f("uq_period_report_period_id_organization_invitation_id"),
        ),
    )
    with op.batch_alter_table("period_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_period_report_organization_invitation_id_state"),
            ["organization_invitation_id", "state"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_period_report_period_id_state"), ["period_id", "state"], unique=False
        )

    op.create_table(
        "target_reporter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("organization_invitation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_invitation_id"],
            ["organization_invitation.id"],
            name=op.f("fk_target_reporter_organization_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["target.id"], name=op.f("fk_target_reporter_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_reporter")),
        sa.UniqueConstraint(
            "target_id",
            "organization_invitation_id",
            name=op.f("uq_target_reporter_target_id_organization_invitation_id"),
        ),
    )
    with op.batch_alter_table("target_reporter", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_target_reporter_organization_invitation_id"),
            ["organization_invitation_id"],
            unique=False,
        )

    op.create_table(
        "task_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=True),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_task_entry_assignment_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_task_entry_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_entry")),
    )
    with op.batch_alter_table("task_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_entry_task_id_id"), ["task_id", "id"], unique=False)

    op.create_table(
        "task_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=True),
        sa.CheckConstraint("(file_id IS NULL) <> (document_id IS NULL)", name=op.f("ck_task_paper_what")),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_task_paper_assignment_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_task_paper_document_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_task_paper_file_id")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_task_paper_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_paper")),
    )
    with op.batch_alter_table("task_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_paper_task_id"), ["task_id"], unique=False)

    op.create_table(
        "meeting_attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("presence", sa.String(length=32), nullable=True),
        sa.Column("represented_by", sa.String(length=200), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_attendance_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_meeting_attendance_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_attendance")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_meeting_attendance_meeting_id_number")),
    )
    op.create_table(
        "obstacle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("period_report_id", sa.Integer(), nullable=True),
        sa.Column("organization_invitation_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by", sa.String(length=200), nullable=True),
        sa.Column("answered_by", sa.String(length=300), nullable=True),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_obstacle_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_obstacle_document_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_obstacle_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_invitation_id"],
            ["organization_invitation.id"],
            name=op.f("fk_obstacle_organization_invitation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["period_report_id"],
            ["period_report.id"],
            name=op.f("fk_obstacle_period_report_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_obstacle_task_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obstacle")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_obstacle_event_id_number")),
    )
    with op.batch_alter_table("obstacle", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_obstacle_event_id_state_due_on"), ["event_id", "state", "due_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_obstacle_organization_invitation_id"), ["organization_invitation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_obstacle_period_report_id"), ["period_report_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_obstacle_task_id"), ["task_id"], unique=False)

    op.create_table(
        "target_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("total", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
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
            ["on_behalf_by_id"], ["user.id"], name=op.f("fk_target_return_on_behalf_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"],
            ["target_reporter.id"],
            name=op.f("fk_target_return_reporter_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["user.id"], name=op.f("fk_target_return_reviewed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_return")),
        sa.UniqueConstraint(
            "reporter_id", "period_start", name=op.f("uq_target_return_reporter_id_period_start")
        ),
    )
    with op.batch_alter_table("assignee", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role_label", sa.String(length=200), nullable=True))

    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number_text", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("issued_text", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("issuer_body", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("signer_other_title", sa.Text(), nullable=True))

    with op.batch_alter_table("document_reference", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_basis", sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("data_kept_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("task_reminder_days", sa.JSON(), nullable=True))

    with op.batch_alter_table("organization_invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_invited", sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.add_column(sa.Column("indicator_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("metric", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("baseline", sa.Numeric(precision=14, scale=2), nullable=True))
        batch_op.add_column(sa.Column("period", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("returned_by", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("checked_by", sa.String(length=300), nullable=True))
        batch_op.alter_column("campaign_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("actor", existing_type=sa.TEXT(), nullable=True)
        batch_op.alter_column(
            "value",
            existing_type=sa.INTEGER(),
            type_=sa.Numeric(precision=14, scale=2),
            existing_nullable=False,
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_target_indicator_id_number"), ["indicator_id", "number"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_target_indicator_id"), "indicator", ["indicator_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_target_whose"), "(campaign_id IS NULL) <> (indicator_id IS NULL)"
        )

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("content", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("goal", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("participants", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("participants_label", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("coordinating_text", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("detail", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("deadline_text", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("deadline_label", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("window_start", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("window_end", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("offset_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("anchor", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("anchor_text", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("last_day", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("extended_to", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(length=32), nullable=False, server_default="open"))
        batch_op.add_column(sa.Column("state_text", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("done_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("achieved_by_event_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("achieved_by_ritual_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("document_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_task_event_id_last_day"), ["event_id", "last_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_parent_id"), ["parent_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_task_achieved_by_event_id"),
            "event",
            ["achieved_by_event_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_task_achieved_by_ritual_id"),
            "ritual",
            ["achieved_by_ritual_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_task_document_id"), "document", ["document_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_task_parent_id"), "task", ["parent_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("organization_invitation", schema=None) as batch_op:
        batch_op.alter_column("is_invited", server_default=None)
    with op.batch_alter_table("document_reference", schema=None) as batch_op:
        batch_op.alter_column("is_basis", server_default=None)
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.alter_column("state", server_default=None)
    before = "date(deadline, '-1 day')" if op.get_bind().dialect.name == "sqlite" else "deadline - 1"
    op.execute(
        f"UPDATE task SET last_day = CASE WHEN deadline_kind = 'exclusive' THEN {before} ELSE deadline END "
        "WHERE deadline IS NOT NULL"
    )


def downgrade():
    op.execute("DELETE FROM target WHERE campaign_id IS NULL")
    op.execute("DELETE FROM task WHERE kind NOT IN ('assignment', 'follow_up')")
    op.execute("UPDATE task SET deadline_kind = NULL WHERE deadline_kind NOT IN ('inclusive', 'exclusive')")
    op.execute("UPDATE event SET kind = 'other' WHERE kind = 'work_plan'")
    op.execute("DELETE FROM event_statement WHERE kind = 'finding'")
    op.execute("DELETE FROM document_reference WHERE NOT is_basis")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_task_parent_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_task_document_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_task_achieved_by_ritual_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_task_achieved_by_event_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_task_parent_id"))
        batch_op.drop_index(batch_op.f("ix_task_event_id_last_day"))
        batch_op.drop_column("document_id")
        batch_op.drop_column("achieved_by_ritual_id")
        batch_op.drop_column("achieved_by_event_id")
        batch_op.drop_column("done_on")
        batch_op.drop_column("state_text")
        batch_op.drop_column("state")
        batch_op.drop_column("extended_to")
        batch_op.drop_column("last_day")
        batch_op.drop_column("anchor_text")
        batch_op.drop_column("anchor")
        batch_op.drop_column("offset_days")
        batch_op.drop_column("window_end")
        batch_op.drop_column("window_start")
        batch_op.drop_column("deadline_label")
        batch_op.drop_column("deadline_text")
        batch_op.drop_column("detail")
        batch_op.drop_column("coordinating_text")
        batch_op.drop_column("participants_label")
        batch_op.drop_column("participants")
        batch_op.drop_column("goal")
        batch_op.drop_column("content")
        batch_op.drop_column("parent_id")

    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_target_whose"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_target_indicator_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_target_indicator_id_number"), type_="unique")
        batch_op.alter_column(
            "value",
            existing_type=sa.Numeric(precision=14, scale=2),
            type_=sa.INTEGER(),
            existing_nullable=False,
        )
        batch_op.alter_column("actor", existing_type=sa.TEXT(), nullable=False)
        batch_op.alter_column("campaign_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("checked_by")
        batch_op.drop_column("returned_by")
        batch_op.drop_column("due_on")
        batch_op.drop_column("starts_on")
        batch_op.drop_column("period")
        batch_op.drop_column("baseline")
        batch_op.drop_column("metric")
        batch_op.drop_column("indicator_id")

    with op.batch_alter_table("organization_invitation", schema=None) as batch_op:
        batch_op.drop_column("is_invited")

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_column("task_reminder_days")
        batch_op.drop_column("data_kept_days")

    with op.batch_alter_table("document_reference", schema=None) as batch_op:
        batch_op.drop_column("is_basis")

    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_column("signer_other_title")
        batch_op.drop_column("issuer_body")
        batch_op.drop_column("issued_text")
        batch_op.drop_column("number_text")

    with op.batch_alter_table("assignee", schema=None) as batch_op:
        batch_op.drop_column("role_label")

    op.drop_table("target_return")
    with op.batch_alter_table("obstacle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_obstacle_task_id"))
        batch_op.drop_index(batch_op.f("ix_obstacle_period_report_id"))
        batch_op.drop_index(batch_op.f("ix_obstacle_organization_invitation_id"))
        batch_op.drop_index(batch_op.f("ix_obstacle_event_id_state_due_on"))

    op.drop_table("obstacle")
    op.drop_table("meeting_attendance")
    with op.batch_alter_table("task_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_paper_task_id"))

    op.drop_table("task_paper")
    with op.batch_alter_table("task_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_entry_task_id_id"))

    op.drop_table("task_entry")
    with op.batch_alter_table("target_reporter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_reporter_organization_invitation_id"))

    op.drop_table("target_reporter")
    with op.batch_alter_table("period_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_report_period_id_state"))
        batch_op.drop_index(batch_op.f("ix_period_report_organization_invitation_id_state"))

    op.drop_table("period_report")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_event_id_held_on"))

    op.drop_table("meeting")
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extension_task_id_id"))

    op.drop_table("extension")
    with op.batch_alter_table("period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_due_on"))

    op.drop_table("period")
    with op.batch_alter_table("duty_reporter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_reporter_organization_invitation_id"))

    op.drop_table("duty_reporter")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_organization_invitation_id_state"))
        batch_op.drop_index(batch_op.f("ix_assignment_assignee_id"))

    op.drop_table("assignment")
    with op.batch_alter_table("task_dependency", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_dependency_needs_id"))

    op.drop_table("task_dependency")
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_task_id"))

    op.drop_table("indicator")
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_task_id"))

    op.drop_table("duty")
    with op.batch_alter_table("training_return", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_return_organization_invitation_id"))

    op.drop_table("training_return")
    op.drop_table("guidance_count")
    with op.batch_alter_table("local_launch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_local_launch_organization_invitation_id"))

    op.drop_table("local_launch")
    with op.batch_alter_table("guidance_return", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guidance_return_organization_invitation_id"))
        batch_op.drop_index(batch_op.f("ix_guidance_return_above_id"))

    op.drop_table("guidance_return")
    op.drop_table("results_report")
    op.drop_table("milestone")
    with op.batch_alter_table("media_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_media_item_event_id_published_on"))

    op.drop_table("media_item")
    op.drop_table("calendar_day")
