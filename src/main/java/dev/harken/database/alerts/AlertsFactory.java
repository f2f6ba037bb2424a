package dev.harken.database.alerts;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.mail.MailFactory;
import dev.harken.mail.Mailer;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code alerts} in config.yml: what is too high, for how long, and who is told. */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
public final class AlertsFactory {
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    @MaxDuration(value = 60, unit = TimeUnit.SECONDS)
    private Duration interval = Duration.seconds(5);

    @DecimalMin("0")
    @DecimalMax("50")
    private double marginPercent = 5;

    @NotNull
    private Map<Signal, @NotNull @Valid AlertRule> rules = standard();

    @NotNull
    private String webhook = "";

    @NotNull
    private List<@NotNull String> mailTo = List.of();

    private static Map<Signal, AlertRule> standard() {
        Map<Signal, AlertRule> rules = new EnumMap<>(Signal.class);
        rules.put(Signal.POOL_UTILIZATION, rule(75, 90));
        rules.put(Signal.POOL_WAITERS, new AlertRule(0, Duration.minutes(2), 5, Duration.minutes(1)));
        rules.put(Signal.STATEMENT_P95, rule(100, 200));
        rules.put(Signal.DATABASE_CPU, rule(70, 85));
        rules.put(Signal.HOST_MEMORY, rule(80, 90));
        rules.put(Signal.HEAP_MEMORY, rule(80, 90));
        rules.put(Signal.DISK, rule(80, 90));
        rules.put(Signal.REPLICATION_LAG, new AlertRule(5, Duration.minutes(5), 60, Duration.minutes(5)));
        rules.put(Signal.JOB_LAG, new AlertRule(300, Duration.minutes(5), 1800, Duration.minutes(5)));
        rules.put(Signal.SUBREDDITS_SILENT, new AlertRule(0, Duration.minutes(5), 10, Duration.minutes(5)));
        rules.put(Signal.SUBREDDITS_UNREAD, new AlertRule(0, Duration.minutes(30), 10, Duration.minutes(30)));
        // Reddit's terms give 48 hours.
        rules.put(Signal.DELETION_LAG, new AlertRule(36 * 3600, Duration.minutes(5), 47 * 3600, Duration.minutes(5)));
        return rules;
    }

    private static AlertRule rule(double warning, double critical) {
        return new AlertRule(warning, Duration.minutes(10), critical, Duration.minutes(5));
    }

    /** Between two samples. */
    public java.time.Duration interval() {
        return interval.toJavaDuration();
    }

    /** How far below a threshold a signal has to fall before the level ends, in percent of the threshold. */
    public double margin() {
        return marginPercent;
    }

    /** The rule of each signal that has one; those in config.yml replace the standard ones one by one. */
    public Map<Signal, AlertRule> rules() {
        Map<Signal, AlertRule> merged = standard();
        merged.putAll(rules);
        return merged;
    }

    @JsonIgnore
    @ValidationMethod(message = "needs rules whose windows hold three intervals at least: fewer samples prove nothing")
    public boolean isEachWindowProvable() {
        return rules().values().stream()
                .filter(rule -> rule != null && rule.isSensible())
                .flatMap(rule -> Stream.of(rule.warningFor(), rule.criticalFor()))
                .allMatch(window -> window.toMilliseconds() >= 3 * interval.toMilliseconds());
    }

    @JsonIgnore
    @ValidationMethod(message = "needs a webhook (ALERT_WEBHOOK) of the form https://host/path or http://host/path")
    public boolean isWebhookAnAddress() {
        if (webhook.isBlank()) {
            return true;
        }
        try {
            URI address = new URI(webhook.strip());
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            return (scheme.equals("https") || scheme.equals("http")) && address.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    @JsonIgnore
    @ValidationMethod(message = "needs in mailTo (ALERT_MAIL_TO) addresses of the form name@example.com")
    public boolean isMailToAddresses() {
        return mailTo.stream().allMatch(MailFactory::isAddress);
    }

    /** Whether changes are to be mailed. */
    @JsonIgnore
    public boolean isMailed() {
        return !mailTo.isEmpty();
    }

    /** Those that are told each change: the log always, a webhook and mail when they are set. */
    public List<AlertDestination> destinations(Optional<Mailer> mailer, ObjectMapper mapper) {
        List<AlertDestination> destinations = new ArrayList<>();
        destinations.add(new LogDestination());
        if (!webhook.isBlank()) {
            destinations.add(new WebhookDestination(URI.create(webhook.strip()), mapper));
        }
        if (isMailed()) {
            mailer.ifPresent(to -> destinations.add(new MailDestination(to, List.copyOf(mailTo))));
        }
        return List.copyOf(destinations);
    }
}
