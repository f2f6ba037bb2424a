package dev.harken.monitoring.drafting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.monitoring.drafting.DraftingException.Kind;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import dev.langchain4j.model.output.FinishReason;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a language model over an OpenAI-compatible chat endpoint: so many at once, each call bounded, tried twice at most,
 * and not at all for a while after three failures in a row. Neither the key nor any text is logged. Thread-safe.
 */
final class ModelClient {
    private static final Logger LOG = LoggerFactory.getLogger(ModelClient.class);

    /** A server that asks for a longer pause is left to the next scan. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_QUEUE = Duration.ofSeconds(10);

    /** English has about four characters to a token; to take fewer is to the safe side of a budget. */
    private static final int CHARACTERS_PER_TOKEN = 3;

    private static final String MALFORMED = "the model did not answer in the form that was asked for; check that the"
            + " model of OPENAI_MODEL can answer by a JSON schema";

    private final ModelFactory settings;
    private final HttpClient http;
    private final CircuitBreaker breaker;
    private final Semaphore slots;
    private final Clock clock;

    /** @param clock tells a date in {@code Retry-After} from now */
    ModelClient(ModelFactory settings, HttpClient http, CircuitBreaker breaker, Clock clock) {
        this.settings = settings;
        this.http = http;
        this.breaker = breaker;
        this.slots = new Semaphore(settings.getConcurrency(), true);
        this.clock = clock;
    }

    /**
     * A question.
     *
     * @param system the instructions; nothing by strangers
     * @param data what it is about, as JSON; never instructions
     * @param schema of the answer
     * @param mostTokens of the answer
     */
    record Question(String system, String data, JsonSchema schema, int mostTokens) {}

    /**
     * An answer.
     *
     * @param json an object, of whatever fields
     */
    record Reply(JsonNode json, ModelUsage usage) {}

    /** Whether it is known what a token costs. */
    boolean isPriced() {
        return settings.getInputPrice() > 0 || settings.getOutputPrice() > 0;
    }

    /**
     * Asks once, and once more when that may help.
     *
     * @throws DraftingException when there is no answer that is a JSON object
     */
    Reply ask(Question question) throws DraftingException, InterruptedException {
        if (!slots.tryAcquire(LONGEST_QUEUE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw stopped("the language model has more to do than it gets done; try again later, or raise"
                    + " monitoring.model.concurrency");
        }
        try {
            if (!breaker.tryAcquirePermission()) {
                throw stopped("the language model failed three times in a row and is left alone for a while; check"
                        + " OPENAI_BASE_URL and the server behind it");
            }
            Attempt first = attempt(question);
            if (first.reply() != null) {
                return first.reply();
            }
            if (first.retryIn().isEmpty()) {
                throw first.failure();
            }
            // The pause that the server asked for or a failure calls for, LONGEST_PAUSE at most. Nothing could end it
            // sooner but Harken's own stop, which interrupts. The slot is kept: the server has too much to do already.
            Thread.sleep(first.retryIn().get().toMillis());
            if (!breaker.tryAcquirePermission()) {
                throw first.failure();
            }
            ModelUsage before = first.failure().usage();
            Attempt second = attempt(question);
            if (second.reply() == null) {
                throw second.failure().after(before);
            }
            return new Reply(second.reply().json(), before.plus(second.reply().usage()));
        } finally {
            slots.release();
        }
    }

    private Attempt attempt(Question question) throws InterruptedException {
        ModelExchange exchange = new ModelExchange(http, settings.getTimeout().toJavaDuration());
        Attempt attempt;
        try {
            attempt = read(question, exchange, model(exchange).chat(request(question)));
        } catch (RuntimeException e) {
            if (exchange.end() == ModelExchange.End.NOT_SENT) {
                breaker.releasePermission();
                throw e;
            }
            if (exchange.end() == ModelExchange.End.INTERRUPTED) {
                breaker.releasePermission();
                throw new InterruptedException("while the language model answered");
            }
            attempt = failed(question, exchange);
        }
        if (attempt.isEndpointAtFault()) {
            breaker.onError(0, TimeUnit.MILLISECONDS, attempt.failure());
        } else {
            breaker.onSuccess(0, TimeUnit.MILLISECONDS);
        }
        if (attempt.failure() != null) {
            LOG.info(
                    "model: failed end={} status={} kind={}",
                    exchange.end(),
                    exchange.status(),
                    attempt.failure().kind());
        }
        return attempt;
    }

    private OpenAiChatModel model(ModelExchange exchange) {
        return OpenAiChatModel.builder()
                .httpClientBuilder(exchange.asBuilder())
                .baseUrl(settings.address())
                .apiKey(settings.key())
                .modelName(settings.getModel())
                .strictJsonSchema(true)
                .maxRetries(0)
                .logRequests(false)
                .logResponses(false)
                .build();
    }

    private ChatRequest request(Question question) {
        return ChatRequest.builder()
                .messages(SystemMessage.from(question.system()), UserMessage.from(question.data()))
                .parameters(OpenAiChatRequestParameters.builder()
                        .maxCompletionTokens(question.mostTokens())
                        .responseFormat(ResponseFormat.builder()
                                .type(ResponseFormatType.JSON)
                                .jsonSchema(question.schema())
                                .build())
                        .build())
                .build();
    }

    private Attempt read(Question question, ModelExchange exchange, ChatResponse response) {
        if (!refusal(exchange).isEmpty()) {
            return failed(question, exchange);
        }
        ModelUsage usage = usage(question, exchange);
        if (response.finishReason() == FinishReason.LENGTH) {
            return Attempt.unusable(
                    "the model's answer was cut off; allow shorter replies, or take another model", usage);
        }
        if (response.finishReason() == FinishReason.CONTENT_FILTER) {
            return Attempt.unusable("the model's content filter stopped its answer; write this one by hand", usage);
        }
        String text = response.aiMessage().text();
        JsonNode json;
        try {
            json = ModelJson.READER.readTree(text == null ? "" : text);
        } catch (JsonProcessingException e) {
            return Attempt.unusable(MALFORMED, usage);
        }
        return json.isObject() ? Attempt.of(new Reply(json, usage)) : Attempt.unusable(MALFORMED, usage);
    }

    /** What an exchange that brought no usable answer means. */
    private Attempt failed(Question question, ModelExchange exchange) {
        ModelUsage call = new ModelUsage(1, 0, 0, 0);
        String seconds = settings.getTimeout().toSeconds() + " s";
        return switch (exchange.end()) {
            case ANSWERED ->
                exchange.status() == 200 ? answered(exchange, usage(question, exchange)) : refused(exchange, call);
            case TIMED_OUT ->
                Attempt.again(
                        "the model did not answer within " + seconds + "; the next scan tries again",
                        atMost(question),
                        PAUSE);
            case TOO_LARGE ->
                Attempt.broken("the model's answer was larger than 1 MiB; check OPENAI_BASE_URL", atMost(question));
            case BROKEN ->
                Attempt.again(
                        "the model's server could not be reached, or broke off; check OPENAI_BASE_URL and the network",
                        call,
                        PAUSE);
            case NOT_SENT, INTERRUPTED -> Attempt.broken("the call was given up", call);
        };
    }

    private static Attempt answered(ModelExchange exchange, ModelUsage usage) {
        if (exchange.body().isMissingNode()) {
            return Attempt.broken(
                    "the model's server did not answer with JSON; check OPENAI_BASE_URL", new ModelUsage(1, 0, 0, 0));
        }
        if (!refusal(exchange).isEmpty()) {
            return Attempt.unusable("the model refused to write for this post; write this one by hand", usage);
        }
        return Attempt.unusable(MALFORMED, usage);
    }

    private Attempt refused(ModelExchange exchange, ModelUsage call) {
        int status = exchange.status();
        JsonNode error = exchange.body().path("error");
        String code = (error.path("code").asText() + " " + error.path("type").asText()).toLowerCase(Locale.ROOT);
        if (status == 401 || status == 403) {
            return Attempt.stopped("the model's server refuses the key (" + status + "); check OPENAI_API_KEY", call);
        }
        if (status == 402 || code.contains("insufficient_quota")) {
            return Attempt.stopped("the account with the model's server has no credit left; add some", call);
        }
        if (status == 404) {
            return Attempt.stopped(
                    "the model's server does not know the model or the address (404); check OPENAI_MODEL and"
                            + " OPENAI_BASE_URL",
                    call);
        }
        if (status == 429) {
            Duration wait = retryAfter(exchange).orElse(PAUSE);
            return wait.compareTo(LONGEST_PAUSE) > 0
                    ? Attempt.stopped(
                            "the model's server asks for a pause of " + wait.toSeconds()
                                    + " s (429); a later scan tries again",
                            call)
                    : Attempt.again(
                            "the model's server had too many requests (429); the next scan tries again", call, wait);
        }
        if (status >= 500) {
            Duration wait = retryAfter(exchange).orElse(PAUSE);
            String message = "the model's server has a fault (" + status + "); the next scan tries again";
            return wait.compareTo(LONGEST_PAUSE) > 0
                    ? Attempt.broken(message, call)
                    : Attempt.again(message, call, wait);
        }
        if (code.contains("content_filter") || code.contains("content_policy")) {
            return Attempt.unusable("the model's content filter refused this post; write this one by hand", call);
        }
        return new Attempt(
                null,
                failure(
                        Kind.UNUSABLE,
                        "the model's server did not take the request (" + status + "); check that the model of"
                                + " OPENAI_MODEL can answer by a JSON schema, and OPENAI_BASE_URL",
                        call),
                Optional.empty(),
                true);
    }

    private static String refusal(ModelExchange exchange) {
        return exchange.body()
                .path("choices")
                .path(0)
                .path("message")
                .path("refusal")
                .asText("");
    }

    private Optional<Duration> retryAfter(ModelExchange exchange) {
        return exchange.retryAfter().flatMap(text -> {
            if (text.matches("\\d{1,6}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            try {
                Duration until = Duration.between(
                        clock.instant(),
                        ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant());
                return Optional.of(until.isNegative() ? Duration.ZERO : until);
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        });
    }

    /** As the server counted; as the text is long, where it did not say. */
    private ModelUsage usage(Question question, ModelExchange exchange) {
        JsonNode told = exchange.body().path("usage");
        long input = told.path("prompt_tokens").asLong(-1);
        long output = told.path("completion_tokens").asLong(-1);
        if (input < 0 || output < 0) {
            input = tokens(question.system() + question.data());
            output = tokens(exchange.body().toString());
        }
        return usage(input, output);
    }

    /** What a call can have come to whose answer was not waited for: the server goes on with it, and has it paid. */
    private ModelUsage atMost(Question question) {
        return usage(tokens(question.system() + question.data()), question.mostTokens());
    }

    private ModelUsage usage(long input, long output) {
        return new ModelUsage(
                1,
                input,
                output,
                // Dollars for a million tokens are millionths of a dollar for one.
                (long) Math.ceil(input * settings.getInputPrice() + output * settings.getOutputPrice()));
    }

    private static long tokens(String text) {
        return 1L + text.length() / CHARACTERS_PER_TOKEN;
    }

    private static DraftingException stopped(String why) {
        return failure(Kind.STOPPED, why, ModelUsage.NONE);
    }

    static DraftingException failure(Kind kind, String why, ModelUsage usage) {
        return new DraftingException(kind, "has no draft: " + why, usage);
    }

    /** Of a fault in what was made of answers that have their price. */
    static DraftingException fault(RuntimeException fault, ModelUsage usage) {
        LOG.error("model: what it answered could not be read", fault);
        DraftingException failure = failure(Kind.UNUSABLE, "its writer failed, the log says why", usage);
        failure.initCause(fault);
        return failure;
    }

    /** A call's outcome: a reply or a failure, and when to try again if that may help. */
    private record Attempt(
            Reply reply, DraftingException failure, Optional<Duration> retryIn, boolean isEndpointAtFault) {
        static Attempt of(Reply reply) {
            return new Attempt(reply, null, Optional.empty(), false);
        }

        static Attempt unusable(String why, ModelUsage usage) {
            return new Attempt(null, ModelClient.failure(Kind.UNUSABLE, why, usage), Optional.empty(), false);
        }

        static Attempt stopped(String why, ModelUsage usage) {
            return new Attempt(null, ModelClient.failure(Kind.STOPPED, why, usage), Optional.empty(), false);
        }

        static Attempt broken(String why, ModelUsage usage) {
            return new Attempt(null, ModelClient.failure(Kind.FAILED, why, usage), Optional.empty(), true);
        }

        static Attempt again(String why, ModelUsage usage, Duration wait) {
            return new Attempt(null, ModelClient.failure(Kind.FAILED, why, usage), Optional.of(wait), true);
        }
    }
}
