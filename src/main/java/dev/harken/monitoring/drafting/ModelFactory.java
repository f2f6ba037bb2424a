package dev.harken.monitoring.drafting;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code monitoring.model} in config.yml. A language model drafts when its key is set, else the clients' templates. */
public final class ModelFactory {
    private static final Logger LOG = LoggerFactory.getLogger(ModelFactory.class);
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final int FAILURES_IN_A_ROW = 3;
    private static final float ALL_PERCENT = 100;

    /** What a header can hold: another key would be quoted in the failure to send it. */
    private static final Predicate<String> KEY =
            Pattern.compile("[\\x21-\\x7e]*").asMatchPredicate();

    @NotNull
    private String apiKey = "";

    @NotNull
    private String baseUrl = "https://api.openai.com/v1";

    @NotBlank
    private String model = "gpt-4o-mini";

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
    private Duration timeout = Duration.seconds(60);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
    private Duration pause = Duration.minutes(1);

    @Min(1)
    @Max(3)
    private int variants = 3;

    @PositiveOrZero
    private double inputPrice;

    @PositiveOrZero
    private double outputPrice;

    @Min(1)
    @Max(32)
    private int concurrency = 4;

    /** Whether there is a key. A server that wants none takes any. */
    @JsonIgnore
    public boolean isConfigured() {
        return !apiKey.isBlank();
    }

    @JsonIgnore
    @ValidationMethod(message = "needs an apiKey (OPENAI_API_KEY) without blanks or special characters")
    public boolean isKeySendable() {
        return KEY.test(apiKey.strip());
    }

    @JsonIgnore
    @ValidationMethod(
            message = "needs a baseUrl (OPENAI_BASE_URL) of the form https://host/v1, or http://localhost:port/v1,"
                    + " without a query")
    public boolean isAddressed() {
        return isAddress(baseUrl);
    }

    /** The key goes there, so in clear text it goes to this machine only. */
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

    /** Drafting by the model. */
    public ModelDrafting build(Clock clock) {
        if (!isConfigured()) {
            throw new IllegalStateException("the language model has no key");
        }
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout.toJavaDuration())
                .build();
        ModelClient client = new ModelClient(this, http, breaker(), clock);
        LOG.info(
                "drafts: model={} host={}", model.strip(), URI.create(address()).getHost());
        return new ModelDrafting(new ModelWriter(client, variants), new RelevanceJudge(client));
    }

    private CircuitBreaker breaker() {
        CircuitBreaker breaker = CircuitBreaker.of(
                "model",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(FAILURES_IN_A_ROW)
                        .minimumNumberOfCalls(FAILURES_IN_A_ROW)
                        .failureRateThreshold(ALL_PERCENT)
                        .waitDurationInOpenState(pause.toJavaDuration())
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .build());
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn(
                        "model: from={} to={}",
                        event.getStateTransition().getFromState(),
                        event.getStateTransition().getToState()));
        return breaker;
    }

    String address() {
        return baseUrl.strip().replaceFirst("/+$", "");
    }

    String key() {
        return apiKey.strip();
    }

    public String getApiKey() {
        return apiKey;
    }

    public void setApiKey(String apiKey) {
        this.apiKey = apiKey;
    }

    public String getBaseUrl() {
        return baseUrl;
    }

    public void setBaseUrl(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    public String getModel() {
        return model;
    }

    public void setModel(String model) {
        this.model = model;
    }

    /** Of one call, from its beginning to the end of the answer. */
    public Duration getTimeout() {
        return timeout;
    }

    public void setTimeout(Duration timeout) {
        this.timeout = timeout;
    }

    /** For how long the model is left alone after three failures in a row. */
    public Duration getPause() {
        return pause;
    }

    public void setPause(Duration pause) {
        this.pause = pause;
    }

    /** Drafts for a post, 1 to 3. */
    public int getVariants() {
        return variants;
    }

    public void setVariants(int variants) {
        this.variants = variants;
    }

    /** US dollars for a million tokens that are sent; 0 for both prices when they are not known. */
    public double getInputPrice() {
        return inputPrice;
    }

    public void setInputPrice(double inputPrice) {
        this.inputPrice = inputPrice;
    }

    /** US dollars for a million tokens that are answered. */
    public double getOutputPrice() {
        return outputPrice;
    }

    public void setOutputPrice(double outputPrice) {
        this.outputPrice = outputPrice;
    }

    /** Calls of this process at once, 1 to 32. */
    public int getConcurrency() {
        return concurrency;
    }

    public void setConcurrency(int concurrency) {
        this.concurrency = concurrency;
    }
}
