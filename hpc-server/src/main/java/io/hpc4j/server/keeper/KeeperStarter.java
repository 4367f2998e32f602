package io.hpc4j.server.keeper;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.spi.JobReports;
import io.hpc4j.store.json.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Connects to the keeper of a cluster, which it starts if there is none. */
final class KeeperStarter {

    private static final int TRIES = 5;
    private static final long START_SECONDS = 60;
    private static final long LONGEST_LOG = 1 << 20;

    private final ClusterUri uri;
    private final KeeperPlace place;
    private final Function<String, List<String>> command;

    /**
     * Looks for nobody yet.
     *
     * @param command the command line that keeps the cluster of an address
     */
    KeeperStarter(ClusterUri uri, Map<String, String> env, Function<String, List<String>> command) {
        this.uri = uri;
        this.place = KeeperPlace.of(uri, env);
        this.command = command;
    }

    /**
     * Connects.
     *
     * @throws BackendUnavailableException if that is not possible
     * @throws IllegalArgumentException if the cluster is open with other settings than the address has
     */
    KeeperConnection connect(JobReports reports) {
        Path socket = place.socket();
        for (int i = 0; i < TRIES; i++) {
            Optional<KeeperConnection> connection = KeeperConnection.open(socket, reports);
            if (connection.isEmpty()) {
                connection = StartLock.holding(place.lock(), () -> {
                    Optional<KeeperConnection> started = KeeperConnection.open(socket, reports);
                    if (started.isEmpty()) {
                        start();
                        return KeeperConnection.open(socket, reports);
                    }
                    return started;
                });
            }
            if (connection.isPresent() && accept(connection.get())) {
                return connection.get();
            }
        }
        throw Keeper.silent(place);
    }

    /** Whether this keeper will do; one that will not is asked to leave. */
    private boolean accept(KeeperConnection connection) {
        JsonObject hello = connection.hello();
        boolean understood = hello.integer("keeper").orElse(0) == Keeper.PROTOCOL;
        boolean sameBuild = hello.string("build").orElse("").equals(Keeper.build());
        boolean sameSettings = uri.parameters().isEmpty() || uri.parameters().equals(hello.stringMap("settings"));
        connection.listen();
        if (understood && sameBuild && sameSettings) {
            return true;
        }
        if (StartLock.holding(place.lock(), () -> retire(connection, sameSettings))) {
            return false;
        }
        if (!understood) {
            connection.close();
            throw new BackendUnavailableException(
                    "the local cluster in %s is in use by another version of this program; try again when that has ended"
                            .formatted(place.state()));
        } else if (!sameSettings) {
            connection.close();
            throw new IllegalArgumentException(
                    "the local cluster in %s is open with %s; it takes other settings when its jobs have ended and no other command uses it"
                            .formatted(place.state(), settings(hello)));
        }
        return true;
    }

    private static String settings(JsonObject hello) {
        Map<String, String> settings = hello.stringMap("settings");
        return settings.isEmpty() ? "the default settings" : settings.toString();
    }

    /** Whether it has left, waiting for its end; one of another build may leave its jobs to its successor. */
    private static boolean retire(KeeperConnection connection, boolean evenWithJobs) {
        try {
            boolean retired = connection
                    .call(new JsonObject().put("call", "retire").put("evenWithJobs", evenWithJobs))
                    .flag("retired");
            if (retired) {
                connection.awaitEnd();
            }
            return retired;
        } catch (KeeperConnection.LostException e) {
            return true;
        }
    }

    private void start() {
        ProcessBuilder builder = new ProcessBuilder(command.apply(place.address(uri)))
                .directory(place.state().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()));
        try {
            Process process = builder.start();
            String said = firstLine(process);
            if (said.equals(Keeper.READY)) {
                return;
            }
            if (said.startsWith("{")) {
                throw Failure.fromJson(JsonObject.parse(said));
            }
        } catch (IOException e) {
            throw new BackendUnavailableException("cannot start a keeper: " + e.getMessage(), e);
        }
        throw Keeper.silent(place);
    }

    private Path log() {
        Path log = place.log();
        try {
            if (Files.isRegularFile(log) && Files.size(log) > LONGEST_LOG) {
                Files.delete(log);
            }
        } catch (IOException e) {
            throw new BackendUnavailableException("cannot write " + log + ": " + e.getMessage(), e);
        }
        return log;
    }

    private static String firstLine(Process process) throws IOException {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> readLine(process));
        try {
            return line.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String readLine(Process process) {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            return "";
        }
    }
}
