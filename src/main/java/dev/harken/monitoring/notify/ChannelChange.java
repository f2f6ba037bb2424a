package dev.harken.monitoring.notify;

import dev.harken.http.ProblemException;
import dev.harken.mail.MailFactory;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.ZoneId;

/**
 * What is wanted of a channel, new or changed; what is left out keeps its value or takes the default.
 *
 * @param clientId the client it is for; a client's own user may leave it out, an administrator
 *     names it for a new one. Cannot be changed later
 * @param name what tells it from the others; a new channel needs one
 * @param kind a new channel needs one; cannot be changed later
 * @param address a mail address, or a hook's; none for a feed
 * @param digestHour in UTC, when the schedule is daily
 * @param weeklyReport whether it is told of each week; for email only
 * @param reportWeekday 1 for Monday to 7
 * @param reportHour by the clocks of the zone
 * @param reportZone such as Europe/Berlin
 */
public record ChannelChange(
        Long clientId,
        @Size(max = 100) @Pattern(regexp = "[\\s\\S]*\\S[\\s\\S]*", message = "must say something") String name,
        ChannelKind kind,
        @Size(max = 2000) String address,
        Schedule schedule,
        @Min(0) @Max(23) Integer digestHour,
        Boolean weeklyReport,
        @Min(1) @Max(7) Integer reportWeekday,
        @Min(0) @Max(23) Integer reportHour,
        @Size(max = 64) String reportZone,
        Boolean isActive) {
    private static final int LONGEST_MAIL_ADDRESS = 254;

    /** Ends the request with 422 where something is missing that a new channel needs. */
    void checkNew(HookAddresses hooks, boolean canMail) {
        if (kind == null) {
            throw ProblemException.invalid("kind", "is needed: email, webhook, slack, discord or feed");
        }
        if (name == null) {
            throw ProblemException.invalid("name", "is needed: a name that tells it from the others");
        }
        if (address == null && kind != ChannelKind.FEED) {
            throw ProblemException.invalid("address", "is needed: where this kind of channel goes");
        }
        if (kind == ChannelKind.EMAIL && !canMail) {
            throw ProblemException.invalid(
                    "kind", "cannot be email: no mail server is set. The operator sets SMTP_URL and MAIL_FROM first");
        }
        checkAddress(kind, hooks);
        checkReport(kind);
    }

    /** Ends the request with 422 where a report is wanted that cannot be sent, or when nobody knows. */
    void checkReport(ChannelKind its) {
        if (Boolean.TRUE.equals(weeklyReport) && its != ChannelKind.EMAIL) {
            throw ProblemException.invalid("weekly_report", "is for channels of the kind email only");
        }
        if (reportZone != null && !ZoneId.getAvailableZoneIds().contains(reportZone)) {
            throw ProblemException.invalid("report_zone", "must be a time zone such as Europe/Berlin or UTC");
        }
    }

    /** Ends the request with 422 where the address does not suit the kind. */
    void checkAddress(ChannelKind its, HookAddresses hooks) {
        if (address == null) {
            return;
        }
        switch (its) {
            case FEED -> throw ProblemException.invalid("address", "is not for a feed, which is read here");
            case EMAIL -> {
                if (address.strip().length() > LONGEST_MAIL_ADDRESS || !MailFactory.isAddress(address)) {
                    throw ProblemException.invalid("address", "must be a mail address such as ann@example.com");
                }
            }
            case WEBHOOK, SLACK, DISCORD ->
                hooks.refusal(address.strip()).ifPresent(why -> {
                    throw ProblemException.invalid("address", why);
                });
        }
    }
}
