package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.hpc4j.core.Capability;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.QueueInfo;
import io.hpc4j.core.spi.SchedulerBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** That jobs, queues and nodes are found, and what does not exist is not. */
abstract class BackendLookupKit extends BackendLimitsKit {

    /** The backend itself, for what a cluster does not show. */
    private SchedulerBackend backend() {
        FaultyProvider provider = new FaultyProvider(provider(), Faults.none());
        connect(provider, JobStore.inMemory());
        return provider.opened();
    }

    // ---------------------------------------------------------------- by id

    @Test
    void unknownJobIsNotFound() {
        assertThat(cluster().find(unknownJob())).isEmpty();
    }

    @Test
    void idThatNoSchedulerCouldHaveGivenIsNotFound() {
        assertThat(cluster().find(JobId.of("no-such/job;$(x)'"))).isEmpty();
    }

    @Test
    void unknownJobCannotBeAttached() {
        assertThatThrownBy(() -> cluster().attach(unknownJob()))
                .isInstanceOf(NoSuchJobException.class)
                .hasMessageContaining(unknownJob().nativeId());
    }

    @Test
    void unknownJobsAreAbsentAmongOthers() {
        JobHandle one = submit(gated("gate"));
        JobHandle two = submit(gated("gate"));
        SchedulerBackend backend = backend();

        assertThat(backend.statusOf(List.of(one.id(), unknownJob(), two.id()))).containsOnlyKeys(one.id(), two.id());
        assertThat(backend.historyOf(List.of(unknownJob()))).isEmpty();
        assertThat(backend.statusOf(List.of())).isEmpty();
    }

    @Test
    void jobTellsWhatWasAskedFor() {
        String name = uniqueName();
        Job job = run(sh("true").name(name).label("project", "heat"));

        assertThat(job.name()).contains(name);
        assertThat(job.labels()).containsEntry("project", "heat");
        assertThat(job.key()).isPresent();
        assertThat(job.rawState()).isNotEmpty();
        assertThat(job.attempt()).isEqualTo(1);
        assertThat(job.arrayId()).isEmpty();
    }

    @Test
    void waitingJobHasNoNodesAndNoTimesOfRunning() {
        fillCluster("gate");

        Job job = submit(sh("true")).refresh();

        assertThat(job.state().isWaiting()).as(job.toString()).isTrue();
        assertThat(job.nodes()).isEmpty();
        assertThat(job.startedAt()).isEmpty();
        assertThat(job.endedAt()).isEmpty();
        assertThat(job.exitStatus()).isEmpty();
    }

    @Test
    void refreshTellsTheTruthAtOnce() {
        JobHandle handle = submit(gated("gate"));
        untilRunning(handle);
        openGate("gate");
        end(handle);

        assertThat(handle.refresh().state()).isEqualTo(JobState.COMPLETED);
    }

    // ---------------------------------------------------------------- by query

    private List<JobId> idsOf(JobQuery query) {
        return cluster().list(query).stream().map(Job::id).toList();
    }

    @Test
    void jobsAreListedByName() {
        String name = uniqueName();
        JobHandle one = submit(sh("true").name(name));
        submit(sh("true").name(name + "-other"));

        assertThat(idsOf(JobQuery.all().withName(name))).containsExactly(one.id());
    }

    @Test
    void jobsAreListedByState() {
        String name = uniqueName();
        JobHandle ended = submit(sh("exit 1").name(name));
        end(ended);
        JobHandle running = submit(gated("gate").name(name));
        untilRunning(running);

        assertThat(idsOf(JobQuery.all().withName(name).withStates(Set.of(JobState.RUNNING))))
                .containsExactly(running.id());
        assertThat(idsOf(JobQuery.live().withName(name))).containsExactly(running.id());
        assertThat(idsOf(JobQuery.all().withName(name).withStates(Set.of(JobState.FAILED))))
                .containsExactly(ended.id());
    }

    @Test
    void jobsAreListedByLabel() {
        String value = UUID.randomUUID().toString();
        JobHandle one = submit(gated("gate").label("kit", value));
        submit(gated("gate").label("kit", value + "-other"));
        submit(gated("gate"));

        assertThat(idsOf(JobQuery.all().withLabel("kit", value))).containsExactly(one.id());
    }

    @Test
    void jobsAreListedByOwner() {
        String name = uniqueName();
        Job job = run(sh("true").name(name));

        String owner = job.owner().orElseThrow();
        assertThat(idsOf(JobQuery.all().withName(name).withOwner(owner))).containsExactly(job.id());
        assertThat(idsOf(JobQuery.all().withName(name).withOwner("no-such-user")))
                .isEmpty();
    }

    @Test
    void newestJobsAreListedWithinTheLimit() {
        String name = uniqueName();
        List<JobId> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(run(sh("true").name(name)).id());
        }

        assertThat(idsOf(JobQuery.all().withName(name).withLimit(2)))
                .containsExactlyInAnyOrderElementsOf(ids.subList(1, 3));
    }

    @Test
    void jobsAreListedInTheOrderOfTheirIds() {
        String name = uniqueName();
        for (int i = 0; i < 5; i++) {
            submit(sh("true").name(name));
        }

        assertThat(idsOf(JobQuery.all().withName(name))).hasSize(5).isSorted();
    }

    @Test
    void jobsAreListedByQueue() {
        String name = uniqueName();
        JobHandle handle = submit(gated("gate").name(name));
        String queue = handle.refresh().queue().orElse("");
        assumeFalse(queue.isEmpty(), "this backend has no queues");

        assertThat(idsOf(JobQuery.all().withName(name).withQueue(queue))).containsExactly(handle.id());
        assertThat(idsOf(JobQuery.all().withName(name).withQueue("no-such-queue")))
                .isEmpty();
    }

    @Test
    void openJobsAreThoseThatHaveNotEnded() {
        JobHandle open = submit(gated("gate"));
        end(submit(sh("true")));

        assertThat(cluster().openJobs()).extracting(JobHandle::id).containsExactly(open.id());
    }

    // ---------------------------------------------------------------- by key

    @Test
    void jobIsFoundByItsKeyWhileItRuns() {
        needs(Capability.FIND_BY_KEY);
        String key = "found-" + UUID.randomUUID();
        JobHandle handle = submit(gated("gate").key(key));

        assertThat(backend().findByKey(key)).contains(handle.id());
    }

    @Test
    void jobIsFoundByItsKeyAfterItsEnd() {
        needs(Capability.FIND_BY_KEY);
        String key = "found-" + UUID.randomUUID();
        Job job = run(sh("true").key(key));

        assertThat(backend().findByKey(key)).contains(job.id());
    }

    @Test
    void unknownKeyIsNotFound() {
        needs(Capability.FIND_BY_KEY);
        submit(sh("true").key("abc-" + UUID.randomUUID()));

        assertThat(backend().findByKey("no-such-key")).isEmpty();
        assertThat(backend().findByKey("abc")).isEmpty();
    }

    @Test
    void sameKeyIsSubmittedOnce() {
        JobRequest request =
                sh("echo ran >> runs").key("once-" + UUID.randomUUID()).build();
        JobHandle first = submit(cluster(), request);
        JobHandle second = submit(cluster(), request);
        end(first);
        JobHandle third = submit(cluster(), request);

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(third.id()).isEqualTo(first.id());
        assertThat(end(third).state()).isEqualTo(JobState.COMPLETED);
        assertThat(lines("runs")).containsExactly("ran");
    }

    @Test
    void jobsWithoutKeysAreNeverTheSame() {
        JobRequest request = sh("echo ran >> runs").build();
        JobHandle first = submit(cluster(), request);
        JobHandle second = submit(cluster(), request);
        end(first);
        end(second);

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(lines("runs")).hasSize(2);
    }

    // ---------------------------------------------------------------- queues and nodes

    @Test
    void queuesHaveNamesInOrderAndOneDefaultAtMost() {
        List<QueueInfo> queues = cluster().queues();

        assertThat(queues).extracting(QueueInfo::name).doesNotHaveDuplicates().isSorted();
        assertThat(queues.stream().filter(QueueInfo::isDefault)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void queuesKnowTheirNodesAndSlots() {
        Set<String> nodes = cluster().nodes().stream().map(NodeInfo::name).collect(Collectors.toSet());

        assertThat(cluster().queues()).allSatisfy(queue -> {
            assertThat(nodes).containsAll(queue.nodes());
            assertThat(queue.totalSlots()).isPositive();
            assertThat(queue.rawState()).isNotEmpty();
        });
    }

    @Test
    void jobGoesToTheDefaultQueueUnlessToldOtherwise() {
        QueueInfo usual = cluster().queues().stream()
                .filter(QueueInfo::isDefault)
                .findFirst()
                .orElse(null);
        assumeFalse(usual == null, "this backend has no default queue");

        assertThat(run(sh("true")).queue()).contains(usual.name());
    }

    @Test
    void jobGoesToTheQueueItNames() {
        List<QueueInfo> open =
                cluster().queues().stream().filter(QueueInfo::isOpen).toList();
        assumeFalse(open.isEmpty(), "this backend has no queues");
        String last = open.get(open.size() - 1).name();

        assertThat(run(sh("true").queue(last)).queue()).contains(last);
    }

    @Test
    void queueCountsItsRunningAndWaitingJobs() {
        assumeFalse(cluster().queues().isEmpty(), "this backend has no queues");
        List<JobHandle> blockers = fillCluster("gate");
        JobHandle waiting = submit(sh("true"));
        String name = waiting.refresh().queue().orElseThrow();

        QueueInfo queue = cluster().queues().stream()
                .filter(q -> q.name().equals(name))
                .findFirst()
                .orElseThrow();
        assertThat(queue.running()).isEqualTo(blockers.size());
        assertThat(queue.pending()).isEqualTo(1);
    }

    @Test
    void nodesHaveNamesInOrderAndSlots() {
        List<NodeInfo> nodes = cluster().nodes();

        assertThat(nodes).extracting(NodeInfo::name).doesNotHaveDuplicates().isSorted();
        assertThat(nodes).allSatisfy(node -> {
            assertThat(node.slots()).isPositive();
            assertThat(node.usedSlots()).isBetween(0, node.slots());
            assertThat(node.rawState()).isNotEmpty();
        });
    }

    @Test
    void runningJobIsOnNodesThatExist() {
        needsNodes(1);
        JobHandle handle = submit(gated("gate"));
        untilRunning(handle);

        assertThat(handle.refresh().nodes()).isNotEmpty();
        assertThat(cluster().nodes().stream().map(NodeInfo::name).toList())
                .containsAll(handle.job().nodes());
    }

    @Test
    void endOfAJobCanBeReadByAnyClient() {
        needs(Capability.ACCOUNTING);
        JobHandle handle = submit(sh("exit 8"));
        end(handle);

        Job found = connect(JobStore.inMemory()).find(handle.id()).orElseThrow();

        assertThat(found.state()).isEqualTo(JobState.FAILED);
        assertThat(found.exitStatus()).contains(ExitStatus.ofCode(8));
    }
}
