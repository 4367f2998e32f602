package io.hpc4j.local;

import static io.hpc4j.local.NodeRig.NODE;
import static io.hpc4j.local.NodeRig.having;
import static io.hpc4j.local.NodeRig.in;
import static io.hpc4j.local.NodeRig.limited;
import static io.hpc4j.local.NodeRig.memoryLimited;
import static io.hpc4j.local.NodeRig.processesWith;
import static io.hpc4j.local.NodeRig.unit;
import static io.hpc4j.local.NodeRig.writing;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hpc4j.testkit.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTest {

    private static final String INSTALL_TOOLS = "dev/engines/tools install";
    private static final String INSTALL_COMPILER = "apt-get install gcc libc6-dev";

    @TempDir
    Path folder;

    private NodeRig rig;
    private final String mark = UUID.randomUUID().toString();

    @BeforeEach
    void connect() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "local nodes are for Linux");
        Engines.require("a C compiler", isBroughtAlong() || Engines.isOnPath("cc"), INSTALL_COMPILER);
        rig = new NodeRig(folder.resolve("state"));
        rig.connect();
    }

    @AfterEach
    void close() throws IOException {
        if (rig != null) {
            rig.close();
        }
    }

    private static boolean isBroughtAlong() {
        return Stream.of("x86_64", "aarch64")
                .anyMatch(arch -> NodeProgram.class.getResource("native/linux-" + arch + "/hpc-node") != null);
    }

    private static UnitStart sh(String name, String script) {
        return unit(name, "sh", "-c", script);
    }

    private void anotherRig(NodeSettings settings) throws Exception {
        rig.close();
        rig = new NodeRig(folder.resolve("another"), settings);
        rig.connect();
    }

    private static void awaitGone(String mark) {
        await().atMost(10, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(processesWith(mark)).isEmpty());
    }

    @Test
    void exitCodesAreTheProcesses() {
        for (int code : new int[] {0, 1, 3, 127, 255}) {
            UnitEnd end = rig.run(sh("code-" + code, "exit " + code));
            assertThat(end.exitCode()).isEqualTo(code);
            assertThat(end.signal()).isZero();
            assertThat(end.reason()).isEmpty();
            assertThat(end.endedAt()).isAfterOrEqualTo(end.startedAt());
        }
    }

    @Test
    void signalThatEndedAProcessIsTold() {
        for (int signal : new int[] {1, 6, 9, 15}) {
            UnitEnd end = rig.run(sh("signal-" + signal, "kill -" + signal + " $$"));
            assertThat(end.signal()).isEqualTo(signal);
            assertThat(end.exitCode()).isZero();
        }
    }

    @Test
    void outputGoesToFilesReplacedOrAppended() throws IOException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Files.writeString(out, "a longer text that was there");
        rig.run(writing(sh("1", "echo out; echo err >&2"), out, err, false));
        assertThat(out).hasContent("out");
        assertThat(err).hasContent("err");
        rig.run(writing(sh("2", "echo more; echo err >&2"), out, err, true));
        assertThat(out).hasContent("out\nmore");
        assertThat(err).hasContent("err\nerr");
    }

    @Test
    void oneFileForBothOutputsHasThemInOrder() {
        Path both = folder.resolve("both");
        rig.run(writing(sh("1", "echo 1; echo 2 >&2; echo 3; echo 4 >&2"), both, both, false));
        assertThat(both).hasContent("1\n2\n3\n4");
    }

    @Test
    void pathsAreTakenFromTheWorkingDirectory() throws IOException {
        Path where = Files.createDirectory(folder.resolve("wörk dir"));
        rig.run(in(writing(sh("1", "pwd"), Path.of("o"), Path.of("e"), false), where.toString()));
        assertThat(where.resolve("o")).hasContent(where.toRealPath().toString());
    }

    @Test
    void argumentsAndEnvironmentArriveByteByByte() throws IOException {
        String hostile = " a\n'\"`$(id)\\\t* ünï😀 -- \u0001\u007f ";
        Path out = folder.resolve("out");
        UnitStart printing = unit("1", "/usr/bin/printf", "%s\\n", hostile, "", "-n");
        rig.run(writing(printing, out, out, false));
        assertThat(Files.readString(out)).isEqualTo(hostile + "\n\n-n\n");

        Map<String, String> environment =
                Map.of("HOSTILE", hostile, "EMPTY", "", "HPC_UNIT", "another", "PATH", "/bin");
        rig.run(writing(having(unit("2", "/usr/bin/env", "-0"), environment), out, out, false));
        List<String> told = List.of(Files.readString(out).split("\0", -1));
        assertThat(told).contains("HOSTILE=" + hostile, "EMPTY=", "HPC_UNIT=2", "PATH=/bin");
        assertThat(told).hasSize(6).doesNotHaveDuplicates(); // with HPC_UNIT_OWNER and what follows the last NUL
    }

    @Test
    void nulInAnArgumentIsRefused() {
        assertThatThrownBy(() -> rig.start(unit("1", "echo", "a\0b"))).isInstanceOf(IllegalArgumentException.class);
        assertThat(rig.run(unit("2", "true")).exitCode()).isZero();
    }

    @Test
    void commandIsLookedForInThePathOfTheJob() throws IOException {
        Path tool = folder.resolve("tool");
        Files.writeString(tool, "#!/bin/sh\nexit 42\n");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        UnitEnd end = rig.run(having(unit("1", "tool"), Map.of("PATH", "/nowhere:" + folder)));
        assertThat(end.exitCode()).isEqualTo(42);
    }

    @Test
    void processStartsWithCleanSignalsFilesAndSession() throws IOException {
        Path out = folder.resolve("out");
        String script =
                "grep -E 'Sig(Blk|Ign)' /proc/self/status; ls /proc/self/fd; ps -o pid=,pgid=,sid= -p $$; umask";
        rig.run(writing(sh("1", script), out, out, false));
        List<String> lines = Files.readAllLines(out);
        assertThat(lines.get(0)).endsWith("0000000000000000");
        assertThat(lines.get(1)).endsWith("0000000000000000");
        assertThat(lines.subList(2, 6)).containsExactly("0", "1", "2", "3"); // 3 is the folder ls reads
        assertThat(lines.get(6).strip().split(" +", -1))
                .hasSize(3)
                .containsOnly(lines.get(6).strip().split(" +", -1)[0]);
    }

    @Test
    void whatCannotStartIsToldInWords() throws IOException {
        rig.start(in(unit("cwd", "true"), folder.resolve("missing").toString()));
        assertThat(rig.awaitFailure("cwd").message())
                .isEqualTo("cannot change to working directory " + folder + "/missing: No such file or directory");
        assertThat(rig.awaitFailure("cwd").errno()).isEqualTo(2);

        rig.start(unit("command", "no-such-command"));
        assertThat(rig.awaitFailure("command").message())
                .isEqualTo("cannot run no-such-command: No such file or directory");

        Path out = folder.resolve("no folder/out");
        rig.start(writing(unit("out", "true"), out, out, false));
        assertThat(rig.awaitFailure("out").message())
                .startsWith("cannot open standard output " + out + ": No such file");

        Path script = Files.writeString(folder.resolve("script"), "echo no interpreter\n");
        rig.start(unit("mode", script.toString()));
        assertThat(rig.awaitFailure("mode").errno()).isEqualTo(13);
        assertThat(script.toFile().setExecutable(true)).isTrue();
        rig.start(unit("format", script.toString()));
        assertThat(rig.awaitFailure("format").errno()).isEqualTo(8);
    }

    @Test
    void fifoWithoutReaderDoesNotBlockTheNode() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        rig.start(writing(unit("1", "true"), fifo, fifo, false));
        assertThat(rig.awaitFailure("1").message()).contains("cannot open standard output");
    }

    @Test
    void walltimeEndsAProcessThatIgnoresTermWithItsWholeTree() {
        String script = "trap '' TERM; (trap '' TERM; sleep 1000; : " + mark
                + ") & setsid sh -c 'trap \"\" TERM; sleep 1000; : " + mark + "' & while :; do sleep 0.1; done; : "
                + mark;
        rig.start(limited(sh("1", script), Duration.ofMillis(300), Duration.ofMillis(300)));
        UnitEnd end = rig.awaitEnd("1");
        assertThat(end.signal()).isEqualTo(9);
        assertThat(end.reason()).contains("walltime");
        assertThat(Duration.between(end.startedAt(), end.endedAt()))
                .isBetween(Duration.ofMillis(590), Duration.ofSeconds(3));
        assertThat(processesWith(mark)).isEmpty();
    }

    @Test
    void processThatHeedsTermAtItsWalltimeTellsItsExitCode() {
        UnitEnd end = rig.run(limited(
                sh("1", "trap 'exit 7' TERM; while :; do sleep 0.05; done"),
                Duration.ofMillis(300),
                Duration.ofSeconds(10)));
        assertThat(end.exitCode()).isEqualTo(7);
        assertThat(end.reason()).contains("walltime");
    }

    @Test
    void stopReachesChildrenWithSessionsOfTheirOwn() throws IOException {
        Path out = folder.resolve("out");
        String child = "trap \"echo heard; exit\" TERM; echo ready; while :; do sleep 0.05; done; : " + mark;
        rig.start(writing(sh("1", "setsid sh -c '" + child + "' & wait; : " + mark), out, out, false));
        await().untilAsserted(() -> assertThat(out).hasContent("ready"));
        rig.links().stop(NODE, "1", Duration.ofSeconds(5), "cancelled");
        UnitEnd end = rig.awaitEnd("1");
        assertThat(end.reason()).contains("cancelled");
        assertThat(end.signal()).isEqualTo(15);
        assertThat(out).content().startsWith("ready\n").endsWith("heard\n");
        assertThat(processesWith(mark)).isEmpty();
    }

    @Test
    void whatTheMainProcessLeavesBehindIsKilled() {
        String daemon = "sh -c 'while :; do sleep 0.1; done; : " + mark + "'";
        rig.start(sh("other", "sleep 3"));
        UnitEnd end =
                rig.run(sh("1", daemon + " & setsid " + daemon + " & (setsid " + daemon + " &) ; sleep 0.2; exit 5"));
        assertThat(end.exitCode()).isEqualTo(5);
        assertThat(processesWith(mark)).isEmpty();
        assertThat(rig.ends).doesNotContainKey("other");
    }

    /** Something stays so for a while. */
    private static void holds(Duration time, Callable<Boolean> condition) {
        await().during(time).atMost(time.plusSeconds(10)).until(condition);
    }

    @Test
    void suspendedUnitStandsStillUntilContinued() throws Exception {
        Path out = folder.resolve("out");
        rig.start(limited(
                writing(sh("1", "(while :; do echo x; sleep 0.02; done) & wait"), out, out, false),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1)));
        await().until(() -> Files.exists(out) && Files.size(out) > 4);
        rig.links().signal(NODE, "1", 19);
        AtomicLong last = new AtomicLong();
        holds(Duration.ofMillis(200), () -> last.getAndSet(Files.size(out)) == last.get());
        long size = Files.size(out);
        holds(Duration.ofMillis(2500), () -> Files.size(out) == size && rig.ends.isEmpty()); // longer than the walltime
        rig.links().signal(NODE, "1", 18);
        await().until(() -> Files.size(out) > size);
        assertThat(rig.awaitEnd("1").reason()).contains("walltime");
    }

    @Test
    void suspendedUnitHearsStop() {
        rig.start(sh("1", "trap 'exit 3' TERM; while :; do sleep 0.05; done"));
        rig.awaitRunning("1");
        await().pollDelay(Duration.ofMillis(200)).until(() -> true);
        rig.links().signal(NODE, "1", 19);
        rig.links().stop(NODE, "1", Duration.ofSeconds(5), "cancelled");
        assertThat(rig.awaitEnd("1").exitCode()).isEqualTo(3);
    }

    @Test
    void killOfTheNodeEndsItsUnitsWhichItsNextProcessTellsAsLost() throws Exception {
        rig.run(sh("ended", "exit 4"));
        rig.start(sh("tree", "sleep 1001 & setsid sh -c 'sleep 1000; : " + mark + "' & sleep 1000; : " + mark));
        rig.start(unit("single", "sleep", "1000"));
        long pid = rig.awaitRunning("single").pid();
        rig.awaitRunning("tree");
        await().until(() -> processesWith(mark).size() >= 2);
        rig.ends.clear();
        rig.killNode();
        await().until(() -> rig.disconnects.get() == 1);
        await().until(() -> ProcessHandle.of(pid).filter(NodeRig::lives).isEmpty());
        rig.connect();
        assertThat(rig.losses).containsExactlyInAnyOrder("tree", "single");
        assertThat(rig.ends).containsOnlyKeys("ended");
        assertThat(rig.awaitEnd("ended").exitCode()).isEqualTo(4);
        awaitGone(mark);

        rig.ack(List.of("tree", "single", "ended"));
        rig.run(unit("more", "true"));
        rig.losses.clear();
        rig.ends.clear();
        rig.killNode();
        await().until(() -> rig.disconnects.get() == 2);
        rig.connect();
        assertThat(rig.losses).isEmpty();
        assertThat(rig.ends).containsOnlyKeys("more");
    }

    @Test
    void nodeLeavesProcessesOfOtherNodesAlone() throws Exception {
        try (NodeRig other = new NodeRig(folder.resolve("other"))) {
            other.connect();
            other.start(unit("same", "sleep", "1000"));
            rig.start(unit("same", "sleep", "1000"));
            other.awaitRunning("same");
            rig.awaitRunning("same");
            rig.killNode();
            await().until(() -> rig.disconnects.get() == 1);
            rig.connect();
            assertThat(rig.losses).containsExactly("same");
            assertThat(ProcessHandle.of(other.awaitRunning("same").pid())).isPresent();
        }
    }

    @Test
    void endsWithoutAControllerAreKeptForTheNextOne() throws Exception {
        NodeHello before = rig.hello();
        rig.start(sh("late", "sleep 0.5; exit 9"));
        rig.start(limited(sh("long", "sleep 1000; : " + mark), Duration.ofMillis(300), Duration.ofMillis(100)));
        rig.awaitRunning("late");
        rig.awaitRunning("long");
        rig.forgetController();
        awaitGone(mark); // the walltime is kept meanwhile
        holds(Duration.ofMillis(500), rig.ends::isEmpty);
        rig.newController();
        NodeHello after = rig.connect();
        assertThat(after).isEqualTo(before);
        assertThat(rig.awaitEnd("late").exitCode()).isEqualTo(9);
        assertThat(rig.awaitEnd("long").reason()).contains("walltime");
    }

    @Test
    void unitToldToStartTwiceRunsOnce() throws Exception {
        Path out = folder.resolve("out");
        UnitStart start = writing(sh("1", "echo ran; sleep 0.3"), out, out, true);
        rig.start(start);
        rig.start(start);
        rig.awaitEnd("1");
        rig.ends.clear();
        rig.start(start);
        rig.awaitEnd("1");
        rig.killNode();
        await().until(() -> rig.disconnects.get() == 1);
        rig.connect();
        rig.ends.clear();
        rig.start(start);
        rig.awaitEnd("1");
        assertThat(out).hasContent("ran");
    }

    @Test
    void usageOfATreeThatForksIsWhatGnuTimeReports() throws Exception {
        Engines.require("GNU time", Files.isExecutable(Path.of("/usr/bin/time")), INSTALL_TOOLS);
        Path report = folder.resolve("report");
        Path written = folder.resolve("written");
        String work = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done";
        String memory = "head -c 60000000 /dev/zero | tail -c 60000000 >/dev/null";
        String tree = "(" + work + ") & (sh -c '" + work + "'; " + memory + ") & dd if=/dev/zero of=" + written
                + " bs=1M count=8 conv=fsync 2>/dev/null; wait";
        UnitEnd end =
                rig.run(unit("1", "/usr/bin/time", "-o", report.toString(), "-f", "%U %S %M %O", "sh", "-c", tree));
        String[] told = Files.readString(report).strip().split(" ", -1);
        double cpu = Double.parseDouble(told[0]) + Double.parseDouble(told[1]);
        double peak = Double.parseDouble(told[2]) * 1024;
        assertThat(end.userTime().plus(end.systemTime()).toNanos() / 1e9).isCloseTo(cpu, within(cpu * 0.05 + 0.02));
        assertThat((double) end.peakMemoryBytes()).isCloseTo(peak, within(peak * 0.05));
        assertThat(end.writtenBytes()).isBetween(8L << 20, 10L << 20);
    }

    @Test
    void usageOfALiveUnitHasAllItsProcesses() throws Exception {
        String work = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
        rig.start(sh("1", "sh -c '" + work + "'; (" + work + "); setsid sleep 1000 & sleep 1000"));
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> processesWith("sleep\0001000").size() == 2);
        UnitUsage usage = rig.awaitUsage("1");
        assertThat(usage.processes()).isEqualTo(3);
        assertThat(usage.memoryBytes().orElseThrow()).isBetween(500_000L, 50_000_000L);
        assertThat(usage.peakMemoryBytes().orElseThrow())
                .isGreaterThanOrEqualTo(usage.memoryBytes().orElseThrow());
        rig.links().stop(NODE, "1", Duration.ZERO, "cancelled");
        rig.awaitEnd("1");
        assertThat(usage.cpuTime().orElseThrow()).isPositive();
    }

    @Test
    void memoryLimitEndsAUnitInItsGroup() throws Exception {
        assumeTrue(
                Files.isWritable(Path.of("/sys/fs/cgroup/memory")) || Files.isWritable(Path.of("/sys/fs/cgroup")),
                "control groups are not writable here; as root they are");
        assumeTrue(rig.hello().limitsMemory(), "this machine has no memory control group");
        UnitStart greedy = sh("greedy", "head -c 300000000 /dev/zero | tail -c 300000000 >/dev/null");
        UnitEnd direct =
                rig.run(memoryLimited(sh("direct", "x=$(head -c 300000000 /dev/zero | tr '\\0' x)"), 50_000_000));
        assertThat(direct.signal()).isEqualTo(9);
        assertThat(direct.outOfMemory()).isTrue();
        assertThat(direct.reason()).contains("memory");
        assertThat(direct.cgroupPeakBytes().orElseThrow()).isBetween(30_000_000L, 50_000_000L);

        UnitEnd piped = rig.run(memoryLimited(greedy, 50_000_000));
        assertThat(piped.outOfMemory()).isTrue();
        UnitEnd modest = rig.run(memoryLimited(sh("modest", "exit 3"), 500_000_000));
        assertThat(modest.exitCode()).isEqualTo(3);
        assertThat(modest.outOfMemory()).isFalse();
        assertThat(modest.reason()).isEmpty();

        rig.start(memoryLimited(unit("live", "sleep", "1000"), 500_000_000));
        rig.awaitRunning("live");
        UnitUsage usage = rig.awaitUsage("live");
        assertThat(usage.processes()).isEqualTo(1);
        assertThat(usage.memoryBytes()).isPresent();
        assertThat(usage.cpuTime()).isPresent();
        rig.killNode();
        await().until(() -> rig.disconnects.get() == 1);
        rig.connect();
        assertThat(rig.losses).containsExactly("live");
        try (Stream<Path> left = Files.walk(Path.of("/sys/fs/cgroup/memory/hpc4j"), 2)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .doesNotContain("direct", "greedy", "modest", "live");
        }
    }

    @Test
    void memoryLimitGoesIntoACgroupOfVersionTwo() throws Exception {
        Path root = Files.createDirectory(folder.resolve("cgroup"));
        Files.writeString(root.resolve("cgroup.controllers"), "cpu io memory pids\n");
        Files.writeString(root.resolve("cgroup.subtree_control"), "");
        anotherRig(new NodeSettings(root, Duration.ofSeconds(10), Duration.ofSeconds(10)));
        assertThat(rig.hello().limitsMemory()).isTrue();
        assertThat(root.resolve("cgroup.subtree_control")).hasContent("+memory");
        // The unit writes what the kernel would.
        String script = "cd " + root + "/hpc4j/*/1 && echo 4321 >memory.peak && printf 'low 0\\noom 2\\noom_kill 1\\n' "
                + ">memory.events && kill -9 $$";
        UnitEnd end = rig.run(memoryLimited(sh("1", script), 123_456_789));
        assertThat(end.cgroupPeakBytes()).hasValue(4321);
        assertThat(end.outOfMemory()).isTrue();
        assertThat(end.reason()).contains("memory");
        try (Stream<Path> files = Files.walk(root)) {
            Path group = files.filter(path -> path.endsWith("1")).findFirst().orElseThrow();
            assertThat(group.resolve("memory.max")).hasContent("123456789");
            assertThat(group.resolve("cgroup.procs")).hasContent("0");
        }
    }

    @Test
    void withoutCgroupsUnitsRunWithoutMemoryLimits() throws Exception {
        anotherRig(new NodeSettings(folder.resolve("none"), Duration.ofSeconds(10), Duration.ofSeconds(10)));
        assertThat(rig.hello().limitsMemory()).isFalse();
        assertThat(rig.run(memoryLimited(unit("1", "true"), 1_000_000)).cgroupPeakBytes())
                .isEmpty();
    }

    @Test
    void tornLineOfTheJournalIsMended() throws Exception {
        rig.run(sh("1", "exit 6"));
        rig.killNode();
        await().until(() -> rig.disconnects.get() == 1);
        Path journal = rig.folder().resolve("journal");
        Files.writeString(journal, "E 2 17", StandardOpenOption.APPEND);
        rig.ends.clear();
        rig.connect();
        assertThat(rig.ends).containsOnlyKeys("1");
        assertThat(rig.awaitEnd("1").exitCode()).isEqualTo(6);
        assertThat(Files.readString(journal)).doesNotContain("E 2 17").endsWith("\n");
        assertThat(rig.run(unit("2", "true")).exitCode()).isZero();
    }

    @Test
    void nodeThatCannotWriteItsJournalLosesNoEndAndStartsNoUnit() throws Exception {
        Engines.require("prlimit", Engines.isOnPath("prlimit"), INSTALL_TOOLS);
        rig.start(sh("1", "sleep 0.5; exit 8"));
        rig.awaitRunning("1");
        long size = Files.size(rig.folder().resolve("journal"));
        limitFileSize(Long.toString(size + 3));
        assertThat(rig.awaitEnd("1").exitCode()).isEqualTo(8);
        rig.start(unit("2", "true"));
        assertThat(rig.awaitFailure("2").message()).contains("journal");
        limitFileSize("unlimited");
        await().until(() -> rig.tryRun(unit("3", "true")).isPresent());
        rig.killNode();
        await().until(() -> rig.disconnects.get() == 1);
        rig.ends.clear();
        rig.connect();
        assertThat(rig.ends).containsOnlyKeys("1", "3");
    }

    private void limitFileSize(String bytes) throws Exception {
        long pid = rig.process().orElseThrow().pid();
        assertThat(new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--fsize=" + bytes + ":unlimited")
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void stateInADeepFolderWorks() throws Exception {
        rig.close();
        Path deep = folder;
        for (int i = 0; i < 10; i++) {
            deep = deep.resolve("a folder with a rather long name");
        }
        rig = new NodeRig(deep);
        NodeHello hello = rig.connect();
        assertThat(rig.run(unit("1", "true")).exitCode()).isZero();
        rig.forgetController();
        rig.newController();
        assertThat(rig.connect()).isEqualTo(hello);
    }

    @Test
    void idleNodeEndsAndItsNextProcessKnowsWhatWasNotAcknowledged() throws Exception {
        anotherRig(new NodeSettings(Path.of("/sys/fs/cgroup"), Duration.ofSeconds(1), Duration.ofSeconds(10)));
        rig.run(sh("1", "exit 2"));
        ProcessHandle process = rig.process().orElseThrow();
        holds(Duration.ofMillis(1500), process::isAlive);
        rig.forgetController();
        await().until(() -> !NodeRig.lives(process));
        assertThat(rig.folder().resolve("socket")).doesNotExist();
        rig.ends.clear();
        rig.newController();
        rig.connect();
        assertThat(rig.awaitEnd("1").exitCode()).isEqualTo(2);
    }

    @Test
    void unitsOfANodeWhoseFolderIsRemovedAreEnded() throws Exception {
        anotherRig(new NodeSettings(Path.of("/sys/fs/cgroup"), Duration.ofSeconds(1), Duration.ofSeconds(10)));
        rig.start(sh("1", "sleep 1000; : " + mark));
        rig.awaitRunning("1");
        ProcessHandle process = rig.process().orElseThrow();
        rig.forgetController();
        assertThat(new ProcessBuilder("rm", "-r", rig.folder().toString())
                        .start()
                        .waitFor())
                .isZero();
        await().atMost(20, TimeUnit.SECONDS).until(() -> !NodeRig.lives(process));
        assertThat(processesWith(mark)).isEmpty();
    }

    @Test
    void nodeToldToQuitEndsOnceItsUnitsAreAcknowledged() {
        ProcessHandle process = rig.process().orElseThrow();
        rig.start(sh("1", "sleep 0.3"));
        rig.links().quit(NODE);
        rig.start(unit("2", "true"));
        assertThat(rig.awaitFailure("2").message()).contains("quit");
        rig.awaitEnd("1");
        assertThat(process.isAlive()).isTrue();
        rig.ack(List.of("1"));
        await().until(() -> !NodeRig.lives(process));
        await().until(() -> rig.disconnects.get() == 1);
    }

    @Test
    void heldUnitsStartInOrderAsThoseOfTheirKindEnd() {
        rig.links().start(NODE, sh("first", "sleep 0.5"), "a", 0);
        rig.links().start(NODE, unit("second", "true"), "a", 1);
        rig.links().start(NODE, unit("third", "no-such-command"), "a", 1);
        rig.links().start(NODE, unit("fourth", "true"), "a", 1);
        rig.links().start(NODE, unit("fifth", "true"), "b", 1);
        rig.awaitEnd("fifth");
        assertThat(rig.running).doesNotContainKey("second");
        assertThat(rig.awaitEnd("second").startedAt())
                .isAfterOrEqualTo(rig.awaitEnd("first").endedAt());
        rig.awaitFailure("third");
        assertThat(rig.awaitEnd("fourth").startedAt())
                .isAfterOrEqualTo(rig.awaitEnd("second").endedAt());
    }

    @Test
    void heldUnitStartsAtOnceWhereThereIsRoomForItsKind() {
        rig.links().start(NODE, unit("first", "sleep", "1000"), "a", 0);
        rig.links().start(NODE, unit("second", "true"), "a", 2);
        rig.awaitEnd("second");
        assertThat(rig.ends).doesNotContainKey("first");
    }

    @Test
    void heldUnitOrderedAgainStartsAtOnce() {
        rig.links().start(NODE, unit("first", "sleep", "1000"), "a", 0);
        rig.links().start(NODE, unit("second", "true"), "a", 1);
        rig.links().start(NODE, unit("second", "true"), "a", 0);
        assertThat(rig.awaitEnd("second").exitCode()).isZero();
        assertThat(rig.ends).doesNotContainKey("first");
    }

    @Test
    void heldUnitMayBeTakenBackUntilItIsStarted() {
        rig.links().start(NODE, unit("first", "sleep", "1000"), "a", 0);
        rig.links().start(NODE, unit("second", "true"), "a", 1);
        rig.links().takeBack(NODE, "first");
        rig.links().takeBack(NODE, "unheard-of");
        rig.links().takeBack(NODE, "second");
        await().untilAsserted(() -> assertThat(rig.returned).containsExactly("unheard-of", "second"));
        rig.links().stop(NODE, "first", Duration.ZERO, "cancel");
        rig.awaitEnd("first");
        rig.run(unit("third", "true"));
        assertThat(rig.running).doesNotContainKey("second");
        assertThat(rig.run(unit("second", "true")).exitCode()).isZero();
    }

    @Test
    void heldUnitMayBeStopped() {
        rig.links().start(NODE, unit("first", "sleep", "1000"), "a", 0);
        rig.links().start(NODE, unit("second", "true"), "a", 1);
        rig.links().stop(NODE, "second", Duration.ofSeconds(1), "withdrawn");
        UnitEnd end = rig.awaitEnd("second");
        assertThat(end.reason()).contains("withdrawn");
        assertThat(end.startedAt()).isEqualTo(end.endedAt());
        assertThat(rig.running).doesNotContainKey("second");
    }

    @Test
    void heldUnitIsForgottenWithTheConnection() throws Exception {
        rig.links().start(NODE, sh("first", "sleep 0.7"), "a", 0);
        rig.links().start(NODE, unit("second", "true"), "a", 1);
        rig.awaitRunning("first");
        rig.forgetController();
        rig.newController();
        rig.connect();
        rig.awaitEnd("first");
        rig.run(unit("third", "true"));
        assertThat(rig.running).doesNotContainKey("second");
        assertThat(rig.run(unit("second", "true")).exitCode()).isZero();
    }

    @Test
    void secondControllerReplacesTheFirst() throws Exception {
        try (NodeRig second = new NodeRig(rig.state)) {
            assertThat(second.connect()).isEqualTo(rig.hello());
            await().until(() -> rig.disconnects.get() == 1);
            assertThat(second.run(unit("1", "true")).exitCode()).isZero();
        }
    }

    @Test
    void ordersToANodeNotConnectedAreDropped() throws Exception {
        rig.killNode();
        await().until(() -> rig.disconnects.get() == 1);
        assertThat(rig.links().start(NODE, unit("1", "true"))).isFalse();
        rig.connect();
        assertThat(rig.running).isEmpty();
    }

    @Test
    void programIsCompiledWhereNoneIsBroughtAlong() throws Exception {
        Engines.require("a C compiler", Engines.isOnPath("cc"), INSTALL_COMPILER);
        Path program = NodeProgram.compiled(Files.createDirectories(folder.resolve("bin")));
        assertThat(program).isExecutable();
        assertThat(NodeProgram.compiled(folder.resolve("bin"))).isEqualTo(program);
        assertThat(folder.resolve("bin").toFile().list())
                .containsExactly(program.getFileName().toString());
    }

    @Test
    void damagedProgramIsReplaced() throws IOException {
        Path program = NodeProgram.in(rig.state);
        long size = Files.size(program);
        rig.killNode();
        Files.writeString(program, "damaged");
        assertThat(NodeProgram.in(rig.state)).isEqualTo(program);
        assertThat(program).hasSize(size).isExecutable();
    }

    @Test
    void everyEndIsSeenAndEveryUnitRunsOnceThoughConnectionsBreak() throws Exception {
        int jobs = 2000;
        Path outputs = Files.createDirectory(folder.resolve("outputs"));
        Random random = new Random(42);
        Map<String, UnitStart> inFlight = new HashMap<>();
        Map<String, UnitEnd> seen = new HashMap<>();
        int next = 0;
        int breaks = 0;
        while (seen.size() < jobs) {
            while (inFlight.size() < 20 && next < jobs) {
                String name = "j" + next++;
                Path out = outputs.resolve(name);
                UnitStart start = writing(sh(name, "echo ran; exit " + next % 200), out, out, true);
                inFlight.put(name, start);
                rig.start(start);
            }
            if (random.nextInt(20) == 0) {
                rig.forgetController();
                rig.newController();
                rig.connect();
                inFlight.values().forEach(rig::start);
                breaks++;
            }
            List<UnitEnd> ends = rig.takeEnds();
            for (UnitEnd end : ends) {
                UnitEnd before = seen.put(end.unit(), end);
                assertThat(before).isIn(null, end);
                inFlight.remove(end.unit());
            }
            rig.ack(ends.stream().map(UnitEnd::unit).toList());
            Thread.sleep(1);
        }
        assertThat(breaks).isGreaterThan(10);
        for (int job = 0; job < jobs; job++) {
            assertThat(requireNonNull(seen.get("j" + job)).exitCode()).isEqualTo((job + 1) % 200);
            assertThat(outputs.resolve("j" + job)).hasContent("ran");
        }
        rig.ack(seen.keySet());
        rig.run(unit("last", "true"));
        rig.ack(List.of("last"));
        rig.forgetController();
        rig.ends.clear();
        rig.newController();
        rig.connect();
        assertThat(rig.ends).isEmpty();
    }
}
