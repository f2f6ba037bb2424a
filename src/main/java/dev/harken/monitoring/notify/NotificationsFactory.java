package dev.harken.monitoring.notify;

/** {@code monitoring.notifications} in config.yml. */
public final class NotificationsFactory {
    private boolean allowPrivateTargets;

    /** Whether webhooks may go to loopback, link-local and private addresses. */
    public boolean isAllowPrivateTargets() {
        return allowPrivateTargets;
    }

    public void setAllowPrivateTargets(boolean allowPrivateTargets) {
        this.allowPrivateTargets = allowPrivateTargets;
    }
}
