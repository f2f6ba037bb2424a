package dev.harken.auth;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/** {@code auth} in config.yml. */
public final class AuthFactory {
    private static final int LEAST_SECRET_BYTES = 32;

    @NotNull
    private String secretKey = "";

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MINUTES)
    private Duration tokenLifetime = Duration.hours(12);

    @Min(4)
    @Max(16)
    private int bcryptCost = 12;

    @Min(1)
    private int failuresPerAddress = 30;

    @Min(1)
    private int failuresPerAccount = 10;

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration failureWindow = Duration.minutes(5);

    @NotNull
    @Email
    private String adminEmail = "admin@localhost";

    @NotNull
    private String adminPassword = "";

    /**
     * The key that signs tokens: the one that is set, else one kept in the data directory.
     *
     * @throws IllegalArgumentException when the key that is set is shorter than 32 bytes
     */
    public AccessTokens accessTokens(Path data, Clock clock) throws IOException {
        byte[] key = secretKey.isEmpty()
                ? SecretFile.readOrCreate(data.resolve("secret.key"))
                : secretKey.getBytes(StandardCharsets.UTF_8);
        if (key.length < LEAST_SECRET_BYTES) {
            throw new IllegalArgumentException("auth.secretKey (SECRET_KEY) has " + key.length + " bytes; it needs "
                    + LEAST_SECRET_BYTES + " at least, for example from: openssl rand -hex 32");
        }
        return new AccessTokens(key, tokenLifetime.toJavaDuration(), clock);
    }

    public LoginLimiter loginLimiter(Clock clock) {
        return new LoginLimiter(failuresPerAddress, failuresPerAccount, failureWindow.toJavaDuration(), clock);
    }

    public Passwords passwords() {
        return new Passwords(bcryptCost);
    }

    public String getSecretKey() {
        return secretKey;
    }

    public void setSecretKey(String secretKey) {
        this.secretKey = secretKey;
    }

    public Duration getTokenLifetime() {
        return tokenLifetime;
    }

    public void setTokenLifetime(Duration tokenLifetime) {
        this.tokenLifetime = tokenLifetime;
    }

    public int getBcryptCost() {
        return bcryptCost;
    }

    public void setBcryptCost(int bcryptCost) {
        this.bcryptCost = bcryptCost;
    }

    public int getFailuresPerAddress() {
        return failuresPerAddress;
    }

    public void setFailuresPerAddress(int failuresPerAddress) {
        this.failuresPerAddress = failuresPerAddress;
    }

    public int getFailuresPerAccount() {
        return failuresPerAccount;
    }

    public void setFailuresPerAccount(int failuresPerAccount) {
        this.failuresPerAccount = failuresPerAccount;
    }

    public Duration getFailureWindow() {
        return failureWindow;
    }

    public void setFailureWindow(Duration failureWindow) {
        this.failureWindow = failureWindow;
    }

    public String getAdminEmail() {
        return adminEmail;
    }

    public void setAdminEmail(String adminEmail) {
        this.adminEmail = adminEmail;
    }

    public String getAdminPassword() {
        return adminPassword;
    }

    public void setAdminPassword(String adminPassword) {
        this.adminPassword = adminPassword;
    }
}
