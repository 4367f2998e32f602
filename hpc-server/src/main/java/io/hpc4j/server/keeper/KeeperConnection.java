package io.hpc4j.server.keeper;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.spi.JobReports;
import io.hpc4j.store.json.JobJson;
import io.hpc4j.store.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A command's connection to a keeper: calls and their answers, and what the keeper tells without being asked. */
final class KeeperConnection implements AutoCloseable {

    /** The connection ended before the answer came; whether the call was carried out is unknown. */
    static final class LostException extends Exception {

        private static final long serialVersionUID = 1L;
    }

    private static final long LIMIT_SECONDS = 120;

    private final JsonLines lines;
    private final JsonObject hello;
    private final JobReports reports;
    private final AtomicLong lastCall = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonObject>> pending = new ConcurrentHashMap<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private volatile boolean lost;

    private KeeperConnection(JsonLines lines, JsonObject hello, JobReports reports) {
        this.lines = lines;
        this.hello = hello;
        this.reports = reports;
    }

    /** Connects, if somebody listens and says hello. */
    static Optional<KeeperConnection> open(Path socket, JobReports reports) {
        SocketChannel channel;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (IOException e) {
            throw new BackendUnavailableException("no socket: " + e.getMessage(), e);
        }
        JsonLines lines = new JsonLines(channel);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            Optional<JsonObject> hello = lines.read();
            if (hello.isPresent()) {
                return Optional.of(new KeeperConnection(lines, hello.get(), reports));
            }
        } catch (IOException | IllegalArgumentException e) {
            // nobody is there, or about to leave
            lines.close();
            return Optional.empty();
        }
        lines.close();
        return Optional.empty();
    }

    JsonObject hello() {
        return hello;
    }

    /** Begins to take answers and reports. */
    void listen() {
        Thread reader = new Thread(this::read, "hpc-keeper-reader");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try {
            for (var message = lines.read(); message.isPresent(); message = lines.read()) {
                take(message.get());
            }
        } catch (IOException | IllegalArgumentException e) {
            lost = true;
        }
        lost = true;
        lines.close();
        pending.values().forEach(f -> f.completeExceptionally(new LostException()));
        ended.complete(true);
        reports.wake();
    }

    /** Waits until the keeper has closed the connection, which it does last. */
    void awaitEnd() throws LostException {
        try {
            ended.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new LostException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LostException();
        }
    }

    private void take(JsonObject message) {
        OptionalLong id = message.number("id");
        if (id.isPresent()) {
            CompletableFuture<JsonObject> call = pending.remove(id.getAsLong());
            if (call != null) {
                call.complete(message);
            }
            return;
        }
        if (message.flag("wake")) {
            reports.wake();
        }
        reports.report(
                message.objects("reports").stream().map(JobJson::fromJson).toList());
    }

    boolean isLost() {
        return lost;
    }

    /** Calls the keeper; the answer's error is thrown as the exception it was. */
    JsonObject call(JsonObject call) throws LostException {
        long id = lastCall.incrementAndGet();
        CompletableFuture<JsonObject> future = new CompletableFuture<>();
        pending.put(id, future);
        try {
            lines.write(call.put("id", id));
            if (lost) {
                throw new LostException();
            }
            JsonObject answer = future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            Optional<JsonObject> error = answer.object("error");
            if (error.isPresent()) {
                throw Failure.fromJson(error.get());
            }
            return answer.object("result").orElseGet(JsonObject::new);
        } catch (IOException | ExecutionException e) {
            lost = true;
            throw new LostException();
        } catch (TimeoutException e) {
            throw new BackendUnavailableException("the keeper has not answered within " + LIMIT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendUnavailableException("interrupted while waiting for the keeper", e);
        } finally {
            pending.remove(id);
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
