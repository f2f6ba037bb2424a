package dev.harken.dashboard;

import dev.harken.testing.HarkenService;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks for pages as a browser does, with its cookies, and goes where it is told only when asked to. */
public final class PageVisitor {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([0-9a-f]+)\"");

    private final String base;
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private String csrf = "";

    public PageVisitor(HarkenService harken) {
        this.base = harken.anonymous().base();
    }

    /** Signs in by the form. */
    public HttpResponse<String> signIn(String email, String password, String... headers) {
        learn(get("/login"));
        HttpResponse<String> answer =
                post("/login", Map.of("email", email, "password", password, "csrf", csrf), headers);
        if (answer.statusCode() == 303) {
            learn(get("/"));
        }
        return answer;
    }

    private void learn(HttpResponse<String> page) {
        Matcher matcher = CSRF.matcher(page.body());
        if (matcher.find()) {
            csrf = matcher.group(1);
        }
    }

    public String csrf() {
        return csrf;
    }

    public String cookie(String name) {
        return cookies.getOrDefault(name, "");
    }

    public PageVisitor withCookie(String name, String value) {
        cookies.put(name, value);
        return this;
    }

    public HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    /** Sends a form as it is. */
    public HttpResponse<String> post(String path, Map<String, String> form, String... headers) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return postAs("application/x-www-form-urlencoded", path, body, headers);
    }

    /** Sends a body of a type. */
    public HttpResponse<String> postAs(String type, String path, String body, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = type;
        return send("POST", path, HttpRequest.BodyPublishers.ofString(body), all);
    }

    /** Sends a form as the pages' own script does. */
    public HttpResponse<String> change(String path, Map<String, String> form) {
        return post(path, form, "X-CSRF-Token", csrf, "HX-Request", "true", "Sec-Fetch-Site", "same-origin");
    }

    /** A request without anything in it. */
    public HttpResponse<String> send(String method, String path) {
        return method.equals("GET") ? get(path) : post(path, Map.of());
    }

    private HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            answer.headers().allValues("set-cookie").forEach(this::keep);
            return answer;
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " got no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void keep(String header) {
        String[] pair = header.split(";", 2)[0].split("=", 2);
        if (pair[1].isEmpty() || pair[1].equals("\"\"")) {
            cookies.remove(pair[0]);
        } else {
            cookies.put(pair[0], pair[1]);
        }
    }
}
