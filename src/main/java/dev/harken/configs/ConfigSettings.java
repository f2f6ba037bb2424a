package dev.harken.configs;

import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.auth.Caller;
import dev.harken.clients.ClientDao;
import dev.harken.clients.ClientView;
import dev.harken.database.Transactions;
import dev.harken.http.Page;
import dev.harken.http.PageRequest;
import dev.harken.http.ProblemException;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.feed.FeedPositionDao;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.Session;

/** What users do with configs, by the API or by the pages: each change with its rules and its record. Thread-safe. */
public final class ConfigSettings {
    private final Transactions transactions;
    private final ConfigDao configs;
    private final ClientDao clients;
    private final FeedPositionDao positions;
    private final AuditDao audit;
    private final ScanTrigger scans;
    private final MatchPreview preview;
    private final Clock clock;

    public ConfigSettings(
            Transactions transactions,
            ConfigDao configs,
            ClientDao clients,
            FeedPositionDao positions,
            AuditDao audit,
            ScanTrigger scans,
            MatchPreview preview,
            Clock clock) {
        this.transactions = transactions;
        this.configs = configs;
        this.clients = clients;
        this.positions = positions;
        this.audit = audit;
        this.scans = scans;
        this.preview = preview;
        this.clock = clock;
    }

    /** The configs that the caller may see, by their ids. */
    public Page<ConfigView> page(Caller caller, PageRequest request) {
        return transactions.read(
                caller.tenant(), session -> configs.page(session, request).map(ConfigSettings::view));
    }

    /**
     * A config.
     *
     * @throws ProblemException 404 when there is none that the caller may see
     */
    public ConfigView get(Caller caller, long id) {
        return transactions.read(caller.tenant(), session -> view(find(session, id)));
    }

    /**
     * What a config would have matched among the posts of the last week; nothing is stored.
     *
     * @throws ProblemException 422 for what cannot be stored, 429 when others are trying theirs
     */
    public Preview preview(ConfigChange wanted) {
        wanted.checkedWhole();
        return preview.preview(
                Feed.names(wanted.subredditNames(), wanted.includesComments()),
                wanted.compiledKeywords(),
                wanted.filter());
    }

    /**
     * Stores a config and starts its first scan.
     *
     * @throws ProblemException 422 for what cannot be stored
     */
    public ConfigView create(Caller caller, ConfigChange wanted) {
        wanted.checkedWhole();
        long clientId = caller.clientFor(wanted.clientId());
        ConfigView created = transactions.write(caller.tenant(), session -> {
            ClientView client = clients.find(session, clientId)
                    .map(ClientView::of)
                    .orElseThrow(() -> ProblemException.invalid("client_id", "names no client"));
            ClientConfig config = configs.create(session, clientId, wanted);
            audit.record(session, AuditRecord.by(caller, clientId, "config.created", "config", config.id()));
            return ConfigView.of(config, client);
        });
        if (created.isActive()) {
            scans.scanSoon(created.id());
        }
        return created;
    }

    /**
     * Changes a config, and has it scanned.
     *
     * @param seen when the config had been changed last as the caller saw it; empty to change it whatever it is
     * @throws ProblemException 404 when there is none that the caller may see, 409 when it was changed since, 422 for what
     *     cannot be stored
     */
    public ConfigView change(Caller caller, long id, ConfigChange wanted, Optional<Instant> seen) {
        wanted.checked();
        ConfigView changed = transactions.write(caller.tenant(), session -> {
            ClientConfig config =
                    configs.findForChange(session, id).orElseThrow(() -> ProblemException.notFound("config", id));
            if (seen.isPresent() && !config.updatedAt().equals(seen.get())) {
                throw ProblemException.conflict("seen", "is not what is stored: somebody else changed the config");
            }
            if (wanted.clientId() != null && wanted.clientId() != config.clientId()) {
                throw ProblemException.invalid("client_id", "cannot be changed");
            }
            List<Object> found = config.whatDecides();
            config.apply(wanted, clock.instant());
            if (!config.whatDecides().equals(found)) {
                positions.reset(session, id);
            }
            audit.record(session, AuditRecord.by(caller, config.clientId(), "config.changed", "config", id));
            return view(config);
        });
        if (changed.isActive()) {
            scans.scanSoon(id);
        }
        return changed;
    }

    /**
     * Deletes a config; the posts it found stay.
     *
     * @throws ProblemException 404 when there is none that the caller may see
     */
    public void delete(Caller caller, long id) {
        transactions.change(caller.tenant(), session -> {
            ClientConfig config =
                    configs.findForChange(session, id).orElseThrow(() -> ProblemException.notFound("config", id));
            configs.delete(session, config);
            audit.record(session, AuditRecord.by(caller, config.clientId(), "config.deleted", "config", id));
        });
    }

    private ClientConfig find(Session session, long id) {
        return configs.find(session, id).orElseThrow(() -> ProblemException.notFound("config", id));
    }

    private static ConfigView view(ClientConfig config) {
        return ConfigView.of(config, ClientView.of(config.client()));
    }
}
