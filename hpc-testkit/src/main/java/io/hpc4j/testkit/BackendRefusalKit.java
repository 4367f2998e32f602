package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Capability;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.Dependency;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.QueueInfo;
import io.hpc4j.core.RejectedJobException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** That what is not offered, and what can never run, is refused at once and leaves nothing behind. */
abstract class BackendRefusalKit extends BackendFilesKit {

    // ---------------------------------------------------------------- what is not offered

    @TestFactory
    Stream<DynamicTest> requestForWhatIsNotOfferedIsRefusedByItsName() {
        Map<Capability, Consumer<JobRequest.Builder>> wishes = new LinkedHashMap<>();
        wishes.put(Capability.DEPENDENCIES, r -> r.dependsOn(Dependency.Type.AFTER_ANY, unknownJob()));
        wishes.put(Capability.HOLD, r -> r.held(true));
        wishes.put(Capability.PRIORITY, r -> r.priority(1));
        wishes.put(Capability.BEGIN_TIME, r -> r.beginAt(Instant.EPOCH));
        wishes.put(Capability.WALLTIME, r -> r.walltime(Duration.ofHours(1)));
        wishes.put(Capability.MEMORY, r -> r.memoryPerNodeBytes(1 << 20));
        wishes.put(Capability.MULTIPLE_NODES, r -> r.nodes(2));
        wishes.put(Capability.GPUS, r -> r.gpusPerNode(1));
        wishes.put(Capability.EXCLUSIVE, r -> r.exclusive(true));
        wishes.put(Capability.ACCOUNTS, r -> r.account("physics"));
        wishes.put(Capability.MAIL, r -> r.mail("ada@example.org", JobRequest.MailEvent.END));
        wishes.put(Capability.MODULES, r -> r.module("openmpi"));
        wishes.put(Capability.RETRY, r -> r.retryOn(JobState.FAILED, 1));
        wishes.keySet().removeAll(cluster().capabilities());
        return wishes.entrySet().stream()
                .map(wish -> dynamicTest(wish.getKey().name(), () -> {
                    String name = uniqueName();
                    JobRequest.Builder request = sh("true").name(name);
                    wish.getValue().accept(request);
                    assertRefused(wish.getKey(), () -> submit(request));
                    assertNothingIsLeftOf(name);
                }));
    }

    @TestFactory
    Stream<DynamicTest> steeringThatIsNotOfferedIsRefusedByItsName() {
        return Stream.of(
                        steering("hold", Capability.HOLD, Cluster::hold),
                        steering("release", Capability.HOLD, Cluster::release),
                        steering("suspend", Capability.SUSPEND, Cluster::suspend),
                        steering("resume", Capability.SUSPEND, Cluster::resume),
                        steering("requeue", Capability.REQUEUE, Cluster::requeue))
                .flatMap(Optional::stream);
    }

    private Optional<DynamicTest> steering(
            String name, Capability needed, BiConsumer<Cluster, Collection<JobId>> call) {
        if (cluster().capabilities().contains(needed)) {
            return Optional.empty();
        }
        return Optional.of(dynamicTest(name, () -> {
            JobHandle handle = submit(gated("gate-" + name));
            assertRefused(needed, () -> call.accept(cluster(), List.of(handle.id())));
            openGate("gate-" + name);
            assertThat(end(handle).isSuccess()).isTrue();
        }));
    }

    @Test
    void arrayIsRefusedWhereArraysAreNotOffered() {
        assertRefused(Capability.ARRAYS, () -> cluster().submitArray(sh("true").build(), ArrayRange.of(1, 3)));
    }

    @Test
    void limitOfRunningTasksIsRefusedWhereItIsNotOffered() {
        needs(Capability.ARRAYS);
        assertRefused(
                Capability.ARRAY_CONCURRENCY_LIMIT,
                () -> cluster()
                        .submitArray(sh("true").build(), ArrayRange.of(1, 3).withMaxRunning(2)));
    }

    @Test
    void oneRequestForWhatIsNotOfferedKeepsAllOfThemFromBeingSent() {
        assumeNotOffered(Capability.MAIL);
        String name = uniqueName();
        JobRequest good = sh("true").name(name).build();
        JobRequest bad = sh("true")
                .name(name)
                .mail("ada@example.org", JobRequest.MailEvent.END)
                .build();

        assertRefused(Capability.MAIL, () -> submitAll(List.of(good, bad, good)));
        assertNothingIsLeftOf(name);
    }

    @Test
    void programsAreKnownOnlyWhereThatIsOffered() {
        assumeNotOffered(Capability.PROGRAMS);
        assertThat(cluster().programs().list()).isEmpty();
    }

    @Test
    void capabilitiesStayTheSame() {
        assertThat(cluster().capabilities()).isEqualTo(cluster().capabilities());
        Cluster other = connect(JobStore.inMemory());
        assertThat(other.capabilities()).isEqualTo(cluster().capabilities());
    }

    private void assumeNotOffered(Capability capability) {
        assumeFalse(cluster().capabilities().contains(capability), () -> "this backend offers " + capability);
    }

    private void assertRefused(Capability capability, ThrowingCallable call) {
        assumeNotOffered(capability);
        assertThatThrownBy(call)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining(capability.name());
    }

    // ---------------------------------------------------------------- what can never run

    @Test
    void unknownQueueIsRefusedAtOnce() {
        assertRejected(sh("true").queue("no-such-queue"), "no-such-queue");
    }

    @Test
    void moreCpusThanAnyNodeHasAreRefusedAtOnce() {
        needsNodes(1);
        assertRejected(sh("true").cpusPerTask(slotsPerNode() + 1), "");
    }

    @Test
    void moreTasksThanItsNodesHaveAreRefusedAtOnce() {
        needsNodes(1);
        assertRejected(sh("true").tasks(slotsPerNode() + 1), "");
    }

    @Test
    void absurdlyManyCpusAreRefusedAtOnce() {
        assertRejected(sh("true").cpusPerTask(Integer.MAX_VALUE), "");
    }

    @Test
    void moreNodesThanThereAreAreRefusedAtOnce() {
        needs(Capability.MULTIPLE_NODES);
        needsNodes(1);
        assertRejected(sh("true").nodes(nodeCount() + 1), "");
    }

    @Test
    void moreMemoryThanAnyNodeHasIsRefusedAtOnce() {
        needs(Capability.MEMORY);
        long most = cluster().nodes().stream()
                .mapToLong(n -> n.memoryBytes().orElse(0))
                .max()
                .orElse(0);
        assumeTrue(most > 0, "the nodes do not tell their memory");
        assertRejected(sh("true").memoryPerNodeBytes(most + (1L << 30)), "");
    }

    @Test
    void moreGpusThanAnyNodeHasAreRefusedAtOnce() {
        needs(Capability.GPUS);
        int most = cluster().nodes().stream().mapToInt(NodeInfo::gpus).max().orElse(0);
        assertRejected(sh("true").gpusPerNode(most + 1), "");
    }

    @Test
    void moreWalltimeThanTheQueueAllowsIsRefusedAtOnce() {
        needs(Capability.WALLTIME);
        QueueInfo limited = cluster().queues().stream()
                .filter(q -> q.maxWalltime().isPresent())
                .findFirst()
                .orElse(null);
        assumeTrue(limited != null, "no queue has a limit of walltime");
        assertRejected(
                sh("true")
                        .queue(limited.name())
                        .walltime(limited.maxWalltime().get().plusHours(1)),
                "");
    }

    @Test
    void refusedRequestMayBeMendedAndSubmittedWithTheSameKey() {
        String key = "mended-" + UUID.randomUUID();
        assertThatThrownBy(() -> submit(sh("true").queue("no-such-queue").key(key)))
                .isInstanceOf(RejectedJobException.class);

        assertThat(run(sh("true").key(key)).isSuccess()).isTrue();
    }

    private void assertRejected(JobRequest.Builder request, String word) {
        String name = uniqueName();

        assertThatThrownBy(() -> submit(request.name(name)))
                .isInstanceOf(RejectedJobException.class)
                .hasMessageContaining(word);
        assertNothingIsLeftOf(name);
    }

    private void assertNothingIsLeftOf(String name) {
        assertThat(cluster().list(JobQuery.all().withName(name))).isEmpty();
        assertThat(cluster().openJobs()).isEmpty();
    }

    static String uniqueName() {
        return "kit-" + UUID.randomUUID();
    }
}
