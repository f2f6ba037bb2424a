package dev.harken.monitoring.reddit;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.common.hash.Hashing;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** {@code monitoring.reddit} in config.yml. Reddit is read when the credentials are set. */
public final class RedditFactory {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Reddit's rule for the name of a program, which must say who runs it. */
    private static final Predicate<String> USER_AGENT = Pattern.compile(
                    "[\\x21-\\x7e&&[^:()]]+:[\\x21-\\x7e&&[^:()]]+:[\\x21-\\x7e&&[^:()]]+ \\(by /?u/[A-Za-z0-9_-]{2,20}\\)")
            .asMatchPredicate();

    @NotNull
    private String clientId = "";

    @NotNull
    private String clientSecret = "";

    @NotNull
    private String userAgent = "";

    @NotNull
    private String authUrl = "https://www.reddit.com";

    @NotNull
    private String apiUrl = "https://oauth.reddit.com";

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
    private Duration connectTimeout = Duration.seconds(5);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
    private Duration readTimeout = Duration.seconds(15);

    /** Whether the credentials are set. */
    @JsonIgnore
    public boolean isConfigured() {
        return !clientId.isBlank() && !clientSecret.isBlank();
    }

    /** Names the credential, to those who share its budget; the id itself stays out of the database. */
    public String credential() {
        return Hashing.sha256()
                .hashString(clientId.strip(), StandardCharsets.UTF_8)
                .toString()
                .substring(0, 16);
    }

    @JsonIgnore
    @ValidationMethod(
            message = "needs clientId (REDDIT_CLIENT_ID) and clientSecret (REDDIT_CLIENT_SECRET) both, or neither")
    public boolean isCredentialsWhole() {
        return clientId.isBlank() == clientSecret.isBlank();
    }

    @JsonIgnore
    @ValidationMethod(
            message = "needs a userAgent (REDDIT_USER_AGENT) of the form platform:app-id:version (by /u/name),"
                    + " for example: server:com.example.harken:v0.1 (by /u/example)")
    public boolean isUserAgentByTheRule() {
        return !isConfigured() || USER_AGENT.test(userAgent.strip());
    }

    @JsonIgnore
    @ValidationMethod(
            message = "needs an authUrl (REDDIT_AUTH_URL) and an apiUrl (REDDIT_API_URL) of the form https://host,"
                    + " or http://localhost:port, without a query")
    public boolean isAddressed() {
        return isAddress(authUrl) && isAddress(apiUrl);
    }

    /**
     * The source. It keeps its token, so that a process needs one only.
     *
     * @param keeper where the credential's rate budget is kept
     */
    public PostSource build(BudgetKeeper keeper, MetricRegistry metrics, Clock clock) {
        if (!isConfigured()) {
            throw new IllegalStateException("Reddit has no credentials");
        }
        String agent = userAgent.strip();
        Exchanges exchanges = new Exchanges(connectTimeout.toJavaDuration(), readTimeout.toJavaDuration());
        RedditToken token =
                new RedditToken(exchanges, address(authUrl), clientId.strip(), clientSecret.strip(), agent, clock);
        return new RedditSource(new RedditApi(exchanges, token, keeper, address(apiUrl), agent, metrics, clock), clock);
    }

    private static URI address(String text) {
        return URI.create(text.strip().replaceFirst("/+$", ""));
    }

    /** The secret goes there, so in clear text it goes to this machine only. */
    private static boolean isAddress(String text) {
        try {
            URI address = new URI(text.strip());
            String scheme =
                    address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
            String host = address.getHost();
            return host != null
                    && (scheme.equals("https") || (scheme.equals("http") && LOOPBACK.contains(host)))
                    && address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    public String getClientId() {
        return clientId;
    }

    public void setClientId(String clientId) {
        this.clientId = clientId;
    }

    public String getClientSecret() {
        return clientSecret;
    }

    public void setClientSecret(String clientSecret) {
        this.clientSecret = clientSecret;
    }

    public String getUserAgent() {
        return userAgent;
    }

    public void setUserAgent(String userAgent) {
        this.userAgent = userAgent;
    }

    public String getAuthUrl() {
        return authUrl;
    }

    public void setAuthUrl(String authUrl) {
        this.authUrl = authUrl;
    }

    public String getApiUrl() {
        return apiUrl;
    }

    public void setApiUrl(String apiUrl) {
        this.apiUrl = apiUrl;
    }

    public Duration getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public Duration getReadTimeout() {
        return readTimeout;
    }

    public void setReadTimeout(Duration readTimeout) {
        this.readTimeout = readTimeout;
    }
}
