package dev.harken.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.testcontainers.containers.GenericContainer;

/** A server in a container. */
final class ContainerProcess implements ServerProcess {
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    private final GenericContainer<?> container;
    private final int containerPort;
    private final Probe probe;

    private ContainerProcess(GenericContainer<?> container, int containerPort, Probe probe) {
        this.container = container;
        this.containerPort = containerPort;
        this.probe = probe;
    }

    /** A port of the host's choice changes with each start of a container, so one is chosen here. */
    static ContainerProcess start(GenericContainer<?> container, int containerPort, Probe probe) {
        PortBinding binding = new PortBinding(Ports.Binding.bindPort(FreePort.next()), new ExposedPort(containerPort));
        container.withCreateContainerCmdModifier(command -> {
            HostConfig host = command.getHostConfig();
            command.withHostConfig((host == null ? HostConfig.newHostConfig() : host).withPortBindings(binding));
        });
        container.start();
        return new ContainerProcess(container, containerPort, probe);
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public int port() {
        return container.getMappedPort(containerPort);
    }

    @Override
    public void pause() {
        docker().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void resume() {
        docker().unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void kill() {
        docker().killContainerCmd(container.getContainerId()).exec();
        awaitEnd();
    }

    @Override
    public void stop() {
        docker().stopContainerCmd(container.getContainerId()).exec();
        awaitEnd();
    }

    private void awaitEnd() {
        Awaitility.await().atMost(START_LIMIT).until(() -> !container.isRunning());
    }

    @Override
    public void restart() {
        docker().startContainerCmd(container.getContainerId()).exec();
        Awaitility.await().atMost(START_LIMIT).ignoreExceptions().until(() -> {
            probe.ask();
            return true;
        });
    }

    @Override
    public void close() {
        container.stop();
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }

    /** Throws while the server does not answer. */
    @FunctionalInterface
    interface Probe {
        void ask() throws Exception;
    }
}
