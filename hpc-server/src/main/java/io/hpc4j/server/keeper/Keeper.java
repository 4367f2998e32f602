package io.hpc4j.server.keeper;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.JobReports;
import io.hpc4j.core.spi.LocalTransport;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.store.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds a local cluster open, and serves the commands that call. */
public final class Keeper {

    /** What a keeper prints when commands may connect. */
    public static final String READY = "ready";

    /** Raised when a message changes its meaning. */
    static final int PROTOCOL = 1;

    private static final Logger log = LoggerFactory.getLogger(Keeper.class);
    private static final long LOOK_MILLIS = 1000;

    private final ClusterUri uri;
    private final KeeperPlace place;
    private final Duration idle;
    private final Set<Visitor> visitors = ConcurrentHashMap.newKeySet();
    private final SchedulerBackend backend;
    private final BackendCalls calls;

    /** Guarded by this. */
    private long quietSince = System.nanoTime();

    private boolean retired;

    private Keeper(ClusterUri uri, KeeperPlace place, Duration idle, SchedulerBackendProvider provider) {
        this.uri = uri;
        this.place = place;
        this.idle = idle;
        this.backend = provider.open(
                new BackendContext(uri, new LocalTransport(), Clock.systemUTC(), new Broadcast(visitors)));
        this.calls = new BackendCalls(backend);
    }

    /**
     * Keeps a cluster until there is nothing to keep.
     *
     * @param address the cluster's address
     * @param idle how long to stay without a job and without a call
     * @param provider opens the cluster
     * @param ready called once, with nothing when commands may connect, or with why they cannot
     */
    public static void run(
            String address,
            Map<String, String> env,
            Duration idle,
            Supplier<SchedulerBackendProvider> provider,
            Consumer<Optional<String>> ready) {
        ClusterUri uri = ClusterUri.parse(address);
        KeeperPlace place = KeeperPlace.of(uri, env);
        Keeper keeper;
        ServerSocketChannel server;
        try {
            keeper = new Keeper(uri, place, idle, provider.get());
            server = keeper.listen();
        } catch (IOException | RuntimeException e) {
            ready.accept(Optional.of(Failure.toJson(e).toString()));
            return;
        }
        Thread hook = new Thread(keeper.backend::close, "hpc-keeper-end");
        Runtime.getRuntime().addShutdownHook(hook);
        ready.accept(Optional.empty());
        keeper.keep(server);
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    /** The folder's lock, which the backend holds, is also ours: a socket that is there is left over. */
    private ServerSocketChannel listen() throws IOException {
        Path socket = place.socket();
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        log.info("keeps {}", uri);
        return server;
    }

    private void keep(ServerSocketChannel server) {
        Thread door = new Thread(() -> accept(server), "hpc-keeper-door");
        door.setDaemon(true);
        door.start();
        try {
            FileLock leaving = awaitLeave();
            // Whoever starts the next keeper waits for this lock, until this process is gone.
            log.info("leaves {}{}", uri, leaving == null ? ", told to" : "");
            Files.deleteIfExists(place.socket());
            server.close();
        } catch (InterruptedException | IOException e) {
            log.warn("ends: {}", e.toString());
        }
        backend.close();
        visitors.forEach(Visitor::close);
    }

    private void accept(ServerSocketChannel server) {
        try {
            while (true) {
                Visitor visitor = new Visitor(new JsonLines(server.accept()), this::call);
                visitors.add(visitor);
                Thread thread = new Thread(() -> serve(visitor), "hpc-keeper-visitor");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            log.debug("the door is closed: {}", e.toString());
        }
    }

    private void serve(Visitor visitor) {
        try {
            visitor.serve(hello());
        } finally {
            visitors.remove(visitor);
            synchronized (this) {
                quietSince = System.nanoTime();
            }
        }
    }

    private JsonObject hello() {
        return new JsonObject()
                .put("keeper", PROTOCOL)
                .put("pid", ProcessHandle.current().pid())
                .put("build", build())
                .put("settings", uri.parameters())
                .put("capabilities", backend.capabilities())
                .put("reportsEveryChange", backend.reportsEveryChange());
    }

    /** Tells one installation of the program from another. */
    static String build() {
        return System.getProperty("java.class.path", "");
    }

    private JsonObject call(Visitor from, JsonObject call) {
        if (call.text("call").equals("retire")) {
            return new JsonObject().put("retired", retire(from, call.flag("evenWithJobs")));
        }
        return calls.answer(call);
    }

    /** Makes room for a keeper of another kind, unless that would disturb somebody. */
    private synchronized boolean retire(Visitor from, boolean evenWithJobs) {
        boolean alone = visitors.stream().allMatch(v -> v.equals(from));
        if (!alone || (!evenWithJobs && hasOpenJob())) {
            return false;
        }
        retired = true;
        notifyAll();
        return true;
    }

    private boolean hasOpenJob() {
        return !backend.list(JobQuery.live().withLimit(1)).isEmpty();
    }

    /** Returns with the lock of starting and leaving, or without it when told to leave by one who holds it. */
    private synchronized @Nullable FileLock awaitLeave() throws InterruptedException, IOException {
        while (!retired) {
            wait(LOOK_MILLIS);
            if (!visitors.isEmpty()) {
                quietSince = System.nanoTime();
            } else if (System.nanoTime() - quietSince > idle.toNanos() && !hasOpenJob()) {
                Optional<FileLock> lock = StartLock.tryAcquire(place.lock());
                if (lock.isPresent() && visitors.isEmpty()) {
                    return lock.get();
                } else if (lock.isPresent()) {
                    lock.get().channel().close();
                }
                quietSince = System.nanoTime();
            }
        }
        return null;
    }

    /** Tells all commands what the backend says; they know themselves which jobs they watch. */
    private record Broadcast(Set<Visitor> visitors) implements JobReports {

        @Override
        public void report(Collection<Job> jobs) {
            visitors.forEach(v -> v.report(jobs));
        }

        @Override
        public void wake() {
            visitors.forEach(Visitor::wake);
        }
    }

    /** What to say when nobody listens although a keeper was started. */
    static BackendUnavailableException silent(KeeperPlace place) {
        return new BackendUnavailableException("the keeper of the local cluster in %s does not answer; its log is %s"
                .formatted(place.state(), place.log()));
    }
}
