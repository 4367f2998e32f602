package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hpc4j.core.Capability;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobRequest.Launch;
import io.hpc4j.core.JobState;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That the tasks of a job on several nodes know each other, and end together. */
abstract class BackendNodesKit extends BackendLookupKit {

    private void needsTwoNodes() {
        needs(Capability.MULTIPLE_NODES);
        needsNodes(2);
    }

    /** What each rank saw, ordered by rank: {@code rank size local-rank address port node}. */
    private List<String[]> ranks(int count) {
        return Stream.iterate(0, rank -> rank + 1)
                .limit(count)
                .map(rank -> read("rank-" + rank).strip().split(" "))
                .toList();
    }

    private JobRequest.Builder tellingRanks() {
        return sh("echo $RANK $WORLD_SIZE $LOCAL_RANK $MASTER_ADDR $MASTER_PORT $HPC_NODE > rank-$RANK");
    }

    @Test
    void jobOnSeveralNodesIsGivenThem() {
        needsTwoNodes();
        JobHandle handle = submit(gated("gate").nodes(2));
        untilRunning(handle);

        assertThat(handle.job().nodes()).hasSize(2).doesNotHaveDuplicates();
        openGate("gate");
        assertThat(end(handle).isSuccess()).isTrue();
    }

    @Test
    void everyTaskRunsWithItsRank() {
        needsTwoNodes();
        needsSlots(2);
        run(tellingRanks().nodes(2).tasks(4));

        List<String[]> ranks = ranks(4);
        assertThat(ranks).extracting(words -> words[0]).containsExactly("0", "1", "2", "3");
        assertThat(ranks).extracting(words -> words[1]).containsOnly("4");
    }

    @Test
    void localRanksCountFromZeroOnEachNode() {
        needsTwoNodes();
        needsSlots(2);
        Job job = run(tellingRanks().nodes(2).tasks(4));

        for (String node : job.nodes()) {
            List<String> local = ranks(4).stream()
                    .filter(words -> words[5].equals(node))
                    .map(words -> words[2])
                    .sorted()
                    .toList();
            assertThat(local).isNotEmpty().first().isEqualTo("0");
            assertThat(local).doesNotHaveDuplicates();
        }
    }

    @Test
    void everyTaskKnowsItsNode() {
        needsTwoNodes();
        Job job = run(tellingRanks().nodes(2).tasks(2));

        assertThat(ranks(2))
                .extracting(words -> words[5])
                .containsExactlyInAnyOrderElementsOf(new HashSet<>(job.nodes()));
    }

    @Test
    void allTasksKnowTheSameMeetingPoint() {
        needsTwoNodes();
        run(tellingRanks().nodes(2).tasks(2));

        List<String[]> ranks = ranks(2);
        assertThat(ranks).allSatisfy(words -> assertThat(words).hasSize(6));
        assertThat(ranks.get(1)[3]).isEqualTo(ranks.get(0)[3]).isNotEmpty();
        assertThat(ranks.get(1)[4]).isEqualTo(ranks.get(0)[4]);
        assertThat(Integer.parseInt(ranks.get(0)[4])).isBetween(1024, 65535);
    }

    @Test
    void scriptOnSeveralNodesIsStartedOnceOnTheFirst() {
        needsTwoNodes();
        Job job = run(JobRequest.script("#!/bin/sh\necho $HPC_NODE >> starts\n")
                .workingDirectory(folder())
                .nodes(2));

        assertThat(lines("starts")).containsExactly(job.nodes().get(0));
    }

    @Test
    void commandOnSeveralNodesIsStartedOnceWhereThatIsAskedFor() {
        needsTwoNodes();
        run(sh("echo started >> starts").nodes(2).launch(Launch.ONCE));

        assertThat(lines("starts")).hasSize(1);
    }

    @Test
    void taskThatFailsOnAnyNodeFailsTheJob() {
        needsTwoNodes();
        Job job = end(submit(sh("[ $RANK != 1 ] || exit 4").nodes(2)));

        assertThat(job.state()).as(job.toString()).isEqualTo(JobState.FAILED);
        assertThat(job.exitStatus()).contains(ExitStatus.ofCode(4));
    }

    @Test
    void cancelEndsTheTasksOnAllNodes() {
        needsTwoNodes();
        JobHandle handle = submit(sh("echo $$ > pid-$RANK; sleep 600; true").nodes(2));
        String first = pid("pid-0");
        String second = pid("pid-1");

        handle.cancel();

        assertThat(end(handle).state()).isEqualTo(JobState.CANCELLED);
        untilGone(first);
        untilGone(second);
    }

    @Test
    void slotsOfAllNodesAreCounted() {
        needsTwoNodes();
        needsSlots(2);
        Job job = run(sh("true").nodes(2).tasks(4));

        assertThat(job.slots()).isEqualTo(4);
    }

    // ---------------------------------------------------------------- what else a site may have

    @Test
    void accountIsCharged() {
        needs(Capability.ACCOUNTS);
        assumeTrue(account().isPresent(), "no account was named");
        assertThat(run(sh("true").account(account().orElseThrow())).account()).isEqualTo(account());
    }

    @Test
    void moduleIsLoaded() {
        needs(Capability.MODULES);
        assumeTrue(module().isPresent(), "no module was named");
        run(sh("echo \"$LOADEDMODULES\" > modules").module(module().orElseThrow()));

        assertThat(read("modules")).contains(module().orElseThrow());
    }

    @Test
    void jobWithMailRuns() {
        needs(Capability.MAIL);
        run(sh("true").mail("root@localhost", JobRequest.MailEvent.FAIL));
    }
}
