package io.hpc4j.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A real node in a folder of its own, with a listener that keeps what it is told. Closing it kills the node. */
final class NodeRig implements NodeListener, AutoCloseable {

    static final String NODE = "n1";
    static final String PATH = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");

    final Path state;
    final Map<String, UnitRunning> running = new ConcurrentHashMap<>();
    final Map<String, UnitEnd> ends = new ConcurrentHashMap<>();
    final Queue<UnitEnd> allEnds = new ConcurrentLinkedQueue<>();
    final Map<String, UnitFailure> failures = new ConcurrentHashMap<>();
    final Queue<String> returned = new ConcurrentLinkedQueue<>();
    final Queue<String> losses = new ConcurrentLinkedQueue<>();
    final Map<String, UnitUsage> usages = new ConcurrentHashMap<>();
    final AtomicInteger syncs = new AtomicInteger();
    final AtomicInteger disconnects = new AtomicInteger();
    private final NodeSettings settings;
    private NodeLinks links;
    private Optional<NodeHello> hello = Optional.empty();

    NodeRig(Path state) throws IOException {
        this(state, NodeSettings.defaults());
    }

    NodeRig(Path state, NodeSettings settings) throws IOException {
        this.state = state;
        this.settings = settings;
        this.links = NodeLinks.open(state, settings, this);
    }

    NodeLinks links() {
        return links;
    }

    /** Connects anew, and waits until the node has told all it knows. */
    NodeHello connect() throws Exception {
        int before = syncs.get();
        hello = Optional.of(links.connect(NODE));
        await().until(() -> syncs.get() > before);
        return hello();
    }

    NodeHello hello() {
        return hello.orElseThrow();
    }

    /** As if the JVM had been killed: the node is told nothing. */
    void forgetController() throws IOException {
        links.close();
    }

    void newController() throws IOException {
        links = NodeLinks.open(state, settings, this);
    }

    static UnitStart unit(String name, String... command) {
        return new UnitStart(
                name,
                List.of(command),
                Map.of("PATH", PATH),
                "/tmp",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                OptionalInt.empty(),
                Optional.empty(),
                Duration.ofSeconds(2),
                0);
    }

    static UnitStart limited(UnitStart unit, Duration walltime, Duration grace) {
        return new UnitStart(
                unit.unit(),
                unit.command(),
                unit.environment(),
                unit.workingDirectory(),
                unit.stdin(),
                unit.stdout(),
                unit.stderr(),
                unit.append(),
                unit.umask(),
                Optional.of(walltime),
                grace,
                unit.memoryLimitBytes());
    }

    static UnitStart memoryLimited(UnitStart unit, long bytes) {
        return new UnitStart(
                unit.unit(),
                unit.command(),
                unit.environment(),
                unit.workingDirectory(),
                unit.stdin(),
                unit.stdout(),
                unit.stderr(),
                unit.append(),
                unit.umask(),
                unit.walltime(),
                unit.grace(),
                bytes);
    }

    static UnitStart in(UnitStart unit, String workingDirectory) {
        return with(unit, workingDirectory, unit.environment(), unit.stdout(), unit.stderr(), unit.append());
    }

    static UnitStart writing(UnitStart unit, Path stdout, Path stderr, boolean append) {
        return with(
                unit,
                unit.workingDirectory(),
                unit.environment(),
                Optional.of(stdout.toString()),
                Optional.of(stderr.toString()),
                append);
    }

    static UnitStart having(UnitStart unit, Map<String, String> environment) {
        return with(unit, unit.workingDirectory(), environment, unit.stdout(), unit.stderr(), unit.append());
    }

    private static UnitStart with(
            UnitStart unit,
            String workingDirectory,
            Map<String, String> environment,
            Optional<String> stdout,
            Optional<String> stderr,
            boolean append) {
        return new UnitStart(
                unit.unit(),
                unit.command(),
                environment,
                workingDirectory,
                unit.stdin(),
                stdout,
                stderr,
                append,
                unit.umask(),
                unit.walltime(),
                unit.grace(),
                unit.memoryLimitBytes());
    }

    void start(UnitStart unit) {
        links.start(NODE, unit);
    }

    UnitRunning awaitRunning(String unit) {
        return await().atMost(10, SECONDS).until(() -> running.get(unit), Objects::nonNull);
    }

    UnitEnd awaitEnd(String unit) {
        return await().atMost(20, SECONDS)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> ends.get(unit), Objects::nonNull);
    }

    UnitEnd run(UnitStart unit) {
        start(unit);
        return awaitEnd(unit.unit());
    }

    /** Runs a unit if the node takes it now. */
    Optional<UnitEnd> tryRun(UnitStart unit) {
        failures.remove(unit.unit());
        start(unit);
        await().atMost(10, SECONDS).until(() -> ends.containsKey(unit.unit()) || failures.containsKey(unit.unit()));
        return Optional.ofNullable(ends.get(unit.unit()));
    }

    UnitFailure awaitFailure(String unit) {
        return await().atMost(10, SECONDS).until(() -> failures.get(unit), Objects::nonNull);
    }

    UnitUsage awaitUsage(String unit) {
        usages.remove(unit);
        links.requestUsage(NODE, List.of(unit));
        return await().atMost(10, SECONDS).until(() -> usages.get(unit), Objects::nonNull);
    }

    /** The ends told since this was last asked. */
    List<UnitEnd> takeEnds() {
        return Stream.generate(allEnds::poll).takeWhile(Objects::nonNull).toList();
    }

    Path folder() {
        return state.resolve("nodes").resolve(NODE);
    }

    Optional<ProcessHandle> process() {
        try {
            return ProcessHandle.of(
                    Long.parseLong(Files.readString(folder().resolve("pid")).strip()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void killNode() {
        ProcessHandle process = process().orElseThrow();
        process.destroyForcibly();
        await().until(() -> !lives(process));
    }

    /** Not even as a zombie that its parent takes its time to bury. */
    static boolean lives(ProcessHandle process) {
        return process.isAlive() && !commandLine(process.pid()).isEmpty();
    }

    /** The processes that have this text in their command line. */
    static List<Long> processesWith(String mark) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> commandLine(process.pid()).contains(mark))
                    .map(ProcessHandle::pid)
                    .toList();
        }
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void synced(NodeHello node) {
        syncs.incrementAndGet();
    }

    @Override
    public void running(String node, List<UnitRunning> units) {
        units.forEach(unit -> running.put(unit.unit(), unit));
    }

    @Override
    public void ended(String node, List<UnitEnd> units) {
        units.forEach(unit -> ends.put(unit.unit(), unit));
        allEnds.addAll(units);
    }

    @Override
    public void failed(String node, List<UnitFailure> units) {
        units.forEach(unit -> failures.put(unit.unit(), unit));
    }

    @Override
    public void returned(String node, List<String> units) {
        returned.addAll(units);
    }

    @Override
    public void lost(String node, List<String> units) {
        losses.addAll(units);
    }

    @Override
    public void usage(String node, List<UnitUsage> units) {
        units.forEach(unit -> usages.put(unit.unit(), unit));
    }

    @Override
    public void disconnected(String node) {
        disconnects.incrementAndGet();
    }

    @Override
    public void settled() {}

    void ack(Collection<String> units) {
        links.ack(NODE, units);
    }

    @Override
    public void close() throws IOException {
        links.close();
        process().ifPresent(process -> {
            process.destroyForcibly();
            await().until(() -> !lives(process));
        });
    }
}
