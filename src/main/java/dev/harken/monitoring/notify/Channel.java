package dev.harken.monitoring.notify;

import dev.harken.database.StoredTime;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.TenantId;

/** Somewhere a client is told of its posts. */
@Entity
@DynamicUpdate
@Table(name = "notification_channels")
public class Channel {
    private static final int MORNING = 8;

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @TenantId
    @Column(name = "client_id", nullable = false)
    private Long clientId;

    @Column(nullable = false)
    private String name;

    @Column(nullable = false, updatable = false)
    private String kind;

    private String address;

    private String secret;

    @Column(name = "token_hash")
    private String tokenHash;

    @Column(nullable = false)
    private String schedule;

    @Column(name = "digest_hour", nullable = false)
    private int digestHour;

    @Column(name = "is_active", nullable = false)
    private boolean active;

    @Column(name = "weekly_report", nullable = false)
    private boolean weeklyReport;

    @Column(name = "report_weekday", nullable = false)
    private int reportWeekday;

    @Column(name = "report_hour", nullable = false)
    private int reportHour;

    @Column(name = "report_zone", nullable = false)
    private String reportZone;

    @Column(name = "report_due_at")
    private Instant reportDueAt;

    /** Counted by the outbox, while a loaded channel may be older. */
    @Column(insertable = false, updatable = false)
    private int failures;

    @Column(name = "held_until", insertable = false, updatable = false)
    private Instant heldUntil;

    @Column(name = "created_at", nullable = false)
    private Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    private Instant updatedAt;

    /** For Hibernate. */
    protected Channel() {}

    Channel(long clientId, ChannelKind kind, Instant now) {
        this.clientId = clientId;
        this.kind = kind.label();
        this.schedule = Schedule.IMMEDIATE.label();
        this.digestHour = MORNING;
        this.reportWeekday = DayOfWeek.MONDAY.getValue();
        this.reportHour = MORNING;
        this.reportZone = "UTC";
        this.active = true;
        this.createdAt = now;
        this.updatedAt = StoredTime.of(now);
    }

    /** Takes over what is wanted; what is left out stays. */
    void apply(ChannelChange change, Instant now) {
        name = change.name() == null ? name : change.name().strip();
        address = change.address() == null ? address : change.address().strip();
        schedule = change.schedule() == null ? schedule : change.schedule().label();
        digestHour = change.digestHour() == null ? digestHour : change.digestHour();
        active = change.isActive() == null ? active : change.isActive();
        weeklyReport = change.weeklyReport() == null ? weeklyReport : change.weeklyReport();
        reportWeekday = change.reportWeekday() == null ? reportWeekday : change.reportWeekday();
        reportHour = change.reportHour() == null ? reportHour : change.reportHour();
        reportZone = change.reportZone() == null ? reportZone : change.reportZone();
        // What was due before a change is not told any more: the first is the next.
        reportDueAt = weeklyReport && active ? reportTime().nextAfter(now) : null;
        updatedAt = StoredTime.of(now);
    }

    /** Whether a change may mend what made the channel fail: it goes elsewhere, or is switched on again. */
    boolean isMendedBy(ChannelChange change) {
        return (change.address() != null && !change.address().strip().equals(address))
                || (Boolean.TRUE.equals(change.isActive()) && !active);
    }

    /** Replaces what the channel is trusted by. Of a feed only the hash of its token is kept. */
    void trust(Secrets.Made made, Instant now) {
        if (kind() == ChannelKind.FEED) {
            tokenHash = Secrets.hash(made.text());
        } else {
            secret = made.text();
        }
        updatedAt = StoredTime.of(now);
    }

    long id() {
        return id;
    }

    long clientId() {
        return clientId;
    }

    String name() {
        return name;
    }

    ChannelKind kind() {
        return ChannelKind.of(kind);
    }

    /** A mail address, or a hook's; empty for a feed. */
    Optional<String> address() {
        return Optional.ofNullable(address);
    }

    /** What a webhook is signed with; empty for other kinds. */
    Optional<String> secret() {
        return Optional.ofNullable(secret);
    }

    Schedule schedule() {
        return Schedule.of(schedule);
    }

    /** In UTC. */
    int digestHour() {
        return digestHour;
    }

    boolean hasWeeklyReport() {
        return weeklyReport;
    }

    ReportTime reportTime() {
        return new ReportTime(DayOfWeek.of(reportWeekday), reportHour, ZoneId.of(reportZone));
    }

    /** When the next report is due; empty when none is. */
    Optional<Instant> reportDueAt() {
        return Optional.ofNullable(reportDueAt);
    }

    boolean isActive() {
        return active;
    }

    /** Attempts that failed since the last that did not. */
    int failures() {
        return failures;
    }

    /** Until when it is left alone, because it failed. */
    Optional<Instant> heldUntil() {
        return Optional.ofNullable(heldUntil);
    }

    Instant createdAt() {
        return createdAt;
    }

    Instant updatedAt() {
        return updatedAt;
    }
}
