package dev.harken.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium, one for a test class. It is the one that is installed, with the driver that is installed:
 * nothing is downloaded or looked up. It tells what it complained of and whom it asked for what.
 */
public final class Browser implements AutoCloseable {
    /** Less than the driver's own limit for an answer, which is 3 minutes. */
    private static final Duration LONGEST_SCRIPT = Duration.ofSeconds(150);

    private static final String AXE = axe();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final ChromeDriver driver;
    private int width;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts one, with a profile of its own, as wide as a desk's screen. */
    public static Browser open() {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(
                installed("chromium", "chromium-browser", "google-chrome").toFile());
        options.addArguments(
                "--headless",
                // Without it, Chromium does not start as root.
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(installed("chromedriver").toFile())
                .usingAnyFreePort()
                .build();
        Browser browser = new Browser(new ChromeDriver(service, options));
        browser.desk();
        return browser;
    }

    private static Path installed(String... names) {
        for (String name : names) {
            for (String directory : System.getenv("PATH").split(":", -1)) {
                Path file = Path.of(directory, name);
                if (Files.isExecutable(file)) {
                    return file;
                }
            }
        }
        throw new IllegalStateException("none of " + Arrays.toString(names)
                + " is on the PATH. The tests of the pages need a Chromium and its driver; on Debian:"
                + " apt-get install chromium chromium-driver");
    }

    /** Loads a page and all that it needs. */
    public void visit(String address) {
        driver.get(address);
    }

    public String address() {
        return driver.getCurrentUrl();
    }

    public String source() {
        return driver.getPageSource();
    }

    public WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    public List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** The text of the first such element as somebody sees it; empty when there is none. Safe while parts are replaced. */
    public String text(String selector) {
        return (String) script(
                "const element = document.querySelector(arguments[0]); return element ? element.innerText : '';",
                selector);
    }

    public WebElement focused() {
        return driver.switchTo().activeElement();
    }

    /** Types into whatever has the focus. */
    public void type(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    public void tab() {
        type(Keys.TAB);
    }

    /** Runs the body of a function, as a debugger would: the page's policy does not hold for it. */
    public Object script(String body, Object... arguments) {
        return driver.executeScript(body, arguments);
    }

    /** Runs a script in every page to come, before any of the page's own. */
    public void before(String script) {
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    /** The viewport of a desk's screen. */
    public void desk() {
        viewport(1280, 900, false);
    }

    /** The viewport of a phone. */
    public void phone() {
        viewport(390, 844, true);
    }

    /** A viewport of this size, in CSS pixels. */
    public void size(int wide, int high) {
        viewport(wide, high, false);
    }

    /** Lets pages read and write the clipboard without asking. */
    public void allowClipboard() {
        driver.executeCdpCommand(
                "Browser.grantPermissions",
                Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
    }

    /**
     * What axe-core finds on the page that is against WCAG 2.2 AA or its best practices. Its script is run as a debugger
     * would run it, so that the page's policy does not stop it.
     */
    public List<?> barriers() {
        script(AXE);
        return (List<?>)
                later(
                        """
                const done = arguments[arguments.length - 1];
                axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
                  .then(result => done(result.violations.map(violation => violation.id + ': ' + violation.help + ' '
                    + violation.nodes.map(node => node.target + ' ' + node.failureSummary).join(' | '))),
                    error => done(['' + error]));
                """);
    }

    private static String axe() {
        try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the body of a function that is given a callback as its last argument, and answers what that is called with. */
    public Object later(String body, Object... arguments) {
        driver.manage().timeouts().scriptTimeout(LONGEST_SCRIPT);
        return driver.executeAsyncScript(body, arguments);
    }

    private void viewport(int wide, int height, boolean mobile) {
        width = wide;
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", wide, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
    }

    /** What the person has chosen in the system. */
    public void prefer(ColorScheme scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of(
                                "name",
                                "prefers-color-scheme",
                                "value",
                                scheme == ColorScheme.DARK ? "dark" : "light"))));
    }

    /** A colour scheme. */
    public enum ColorScheme {
        LIGHT,
        DARK
    }

    /**
     * What went wrong since this was asked last: errors of scripts, breaches of the page's policy, answers that are no
     * success, warnings.
     */
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** The addresses that were asked for since this was asked last, whether they answered or not. */
    public List<String> requests() {
        List<String> addresses = new ArrayList<>();
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            JsonNode message = json(entry.getMessage()).path("message");
            if (message.path("method").asText().equals("Network.requestWillBeSent")) {
                addresses.add(message.path("params").path("request").path("url").asText());
            }
        }
        return addresses;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps the whole page, as it looks now, as a picture for people. */
    public void screenshot(String name) {
        Map<String, Object> metrics = driver.executeCdpCommand("Page.getLayoutMetrics", Map.of());
        JsonNode size = JSON.valueToTree(metrics.get("cssContentSize"));
        Map<String, Object> picture = driver.executeCdpCommand(
                "Page.captureScreenshot",
                Map.of(
                        "captureBeyondViewport",
                        true,
                        "clip",
                        Map.of(
                                "x", 0,
                                "y", 0,
                                "width", width,
                                "height", size.get("height").asInt(),
                                "scale", 1)));
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode((String) picture.get("data")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets who signed in. */
    public void forgetCookies() {
        driver.manage().deleteAllCookies();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
