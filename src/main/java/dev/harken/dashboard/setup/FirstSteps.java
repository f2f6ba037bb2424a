package dev.harken.dashboard.setup;

import dev.harken.auth.Caller;
import dev.harken.auth.Role;
import dev.harken.clients.ClientSettings;
import dev.harken.configs.ConfigSettings;
import dev.harken.configs.ConfigView;
import dev.harken.dashboard.pages.Guide;
import dev.harken.database.Transactions;
import dev.harken.http.PageRequest;
import dev.harken.monitoring.JobBoard;
import dev.harken.monitoring.notify.ChannelSettings;
import dev.harken.posts.PostDao;
import dev.harken.users.UserSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What comes next for whoever has nothing to review yet. Thread-safe. */
public final class FirstSteps implements Guide {
    private static final int MOST = 200;
    private static final String FAILED = "failed";

    private final Transactions transactions;
    private final ClientSettings clients;
    private final ConfigSettings configs;
    private final UserSettings users;
    private final ChannelSettings channels;
    private final PostDao posts;
    private final JobBoard board;
    private final Reading reading;

    FirstSteps(
            Transactions transactions,
            ClientSettings clients,
            ConfigSettings configs,
            UserSettings users,
            ChannelSettings channels,
            PostDao posts,
            JobBoard board,
            Reading reading) {
        this.transactions = transactions;
        this.clients = clients;
        this.configs = configs;
        this.users = users;
        this.channels = channels;
        this.posts = posts;
        this.board = board;
        this.reading = reading;
    }

    @Override
    public List<Step> of(Caller caller) {
        List<Step> steps = new ArrayList<>();
        boolean hasClient = true;
        if (caller.isAdmin()) {
            hasClient = !clients.page(caller, PageRequest.first(1)).rows().isEmpty();
            steps.add(new Step(
                    "Add a client",
                    "The company that you listen and reply for. Everything else belongs to one.",
                    "setup/clients",
                    "Add a client",
                    hasClient,
                    ""));
        }
        List<ConfigView> listening =
                configs.page(caller, PageRequest.first(MOST)).rows();
        steps.add(new Step(
                "Say what to listen for",
                "Subreddits and keywords. While you type, you see which posts of the last week they would have found.",
                "setup/configs/new",
                "Make a config",
                !listening.isEmpty(),
                ""));
        steps.add(firstPosts(caller, listening));
        if (caller.isAdmin()) {
            steps.add(new Step(
                    "Let a reviewer in",
                    "A user of the client's sees that client's posts and nothing else.",
                    "setup/users/new",
                    "Add a user",
                    users.page(caller, PageRequest.first(MOST)).rows().stream()
                            .anyMatch(user -> user.role() == Role.CLIENT),
                    ""));
        }
        steps.add(new Step(
                "Be told of new posts",
                "By email, Slack, Discord, webhook or feed, with a test that shows whether it arrives.",
                "setup/notifications/new",
                "Add a channel",
                !channels.page(caller, PageRequest.first(1)).rows().isEmpty(),
                ""));
        return steps;
    }

    private Step firstPosts(Caller caller, List<ConfigView> listening) {
        boolean found = !transactions.read(caller.tenant(), posts::isEmpty);
        return new Step(
                "Wait for the first posts",
                found
                        ? "There are posts to review."
                        : "A new config is read within a minute or two; what was read in the last day is looked at too.",
                found ? "?reviewed=false" : "",
                found ? "To the posts" : "",
                found,
                found || listening.isEmpty() ? "" : state(caller, listening));
    }

    /** What the job knows of the reading so far. */
    private String state(Caller caller, List<ConfigView> listening) {
        if (!reading.enabled()) {
            return "This process reads nothing (monitoring.enabled is false); another one may.";
        }
        if (listening.stream().noneMatch(ConfigView::isActive)) {
            return "No config is active, so that nothing is read.";
        }
        Optional<JobBoard.Last> last = board
                .scans(listening.stream().map(ConfigView::id).toList())
                .stream()
                .map(JobBoard.Scan::last)
                .filter(Objects::nonNull)
                .max(Comparator.comparing(JobBoard.Last::startedAt));
        String source = reading.live()
                ? "Reddit is read with the credentials that are set. "
                : "Reddit's credentials are not set, so that sample posts stand for it. ";
        if (last.isEmpty()) {
            return source + "The first reading has not ended yet.";
        }
        if (last.get().outcome().equals(FAILED)) {
            // What went wrong names settings of the operator's.
            return caller.isAdmin()
                    ? source + "The latest reading failed: " + last.get().detail()
                    : "The latest reading failed. Your administrator sees why.";
        }
        return source + "The latest reading looked at " + last.get().fetched() + " posts; "
                + last.get().matched() + " matched.";
    }

    /**
     * What is read here.
     *
     * @param enabled whether this process reads at all
     * @param live whether it reads Reddit; else sample posts
     */
    public record Reading(boolean enabled, boolean live) {}
}
