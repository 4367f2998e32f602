package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.ResourceUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JournalSnapshotTest {

    private static final LocalSettings SETTINGS =
            LocalSettings.from(ClusterUri.parse("local:/nowhere?nodes=2&slots=4&memory=1G&gpus=2"), Map.of());
    private static final JobRequest REQUEST =
            JobRequest.command("true").workingDirectory("/tmp").key("k").build();

    private final Admission admission = new Admission(SETTINGS);

    private LocalJob job(long number, JobRequest request) {
        return new LocalJob(admission.common(request, number, 1_700_000_000_000L + number, 1));
    }

    private static Run run(LocalJob job) {
        return new Run(
                job,
                new Placement(new int[] {0, 1}, new int[] {2, 1}),
                4711,
                List.of(new int[] {1}, new int[] {2}),
                1_700_000_000_500L);
    }

    private static JobEnd end(@Nullable String reason) {
        ResourceUsage usage = ResourceUsage.builder()
                .cpuTime(Duration.ofMillis(1500))
                .elapsed(Duration.ofSeconds(2))
                .peakMemoryBytes(1 << 20)
                .memoryByteSeconds(12.5)
                .readBytes(7)
                .writtenBytes(0)
                .ioWait(Duration.ofMillis(3))
                .measuredAt(Micros.instant(1_700_000_003_000_000L))
                .build();
        return new JobEnd(
                JobState.FAILED,
                ExitStatus.ofCode(3),
                reason,
                1_700_000_001_000_000L,
                1_700_000_003_000_000L,
                new Placement(new int[] {1}, new int[] {1}),
                usage);
    }

    /** What a journal may say, in every kind of record. */
    private List<String> records() {
        LocalJob ended = job(1, REQUEST);
        LocalJob held = job(2, REQUEST.withKey("held"));
        LocalJob released =
                job(3, REQUEST.toBuilder().held(true).key("released").build());
        LocalJob running =
                job(4, REQUEST.toBuilder().tasks(3).nodes(2).key("runs").build());
        LocalJob retried = job(5, REQUEST.withKey("retried"));
        LocalJob requeued = job(6, REQUEST.withKey("requeued"));
        JobArray array = new JobArray(
                admission.common(REQUEST.withKey("array"), 7, 1_700_000_000_000L, 1), ArrayRange.parse("2-8:3%1"));
        List<String> records = new ArrayList<>();
        records.add(Records.environment(0, Map.of("PATH", "/old")));
        records.add(Records.environment(1, Map.of("PATH", "/bin:/a=b")));
        List.of(ended, held, released, running, retried, requeued).forEach(j -> records.add(Records.job(j)));
        records.add(Records.array(array));
        records.add(Records.end(ended, end("tab\tand\nline")));
        records.add(Records.about(Records.HOLD, held));
        records.add(Records.about(Records.RELEASE, released));
        records.add(Records.start(run(running)));
        records.add(Records.stop(running, Run.CANCEL));
        records.add(Records.about(Records.SUSPEND, running));
        retried.attempt = 3;
        records.add(Records.again(retried, JobState.FAILED));
        records.add(Records.again(retried, JobState.FAILED));
        records.add(Records.start(run(retried)));
        requeued.attempt = 2;
        records.add(Records.again(requeued, null));
        records.add(Records.end(array.tasks.get(1), JobEnd.unstarted(JobState.CANCELLED, "so", 5)));
        records.add(Records.nextNumber(99));
        return records;
    }

    private ClusterModel replayed(List<String> records, Environments environments) {
        ClusterModel model = new ClusterModel(SETTINGS);
        Replay replay = new Replay(model, admission, environments);
        records.forEach(replay::accept);
        return model;
    }

    private static LocalJob get(ClusterModel model, String id) {
        return Objects.requireNonNull(model.job(JobId.of(id)));
    }

    @Test
    void journalIsUnderstood() {
        ClusterModel model = replayed(records(), new Environments());

        assertThat(model.jobs())
                .extracting(LocalJob::toString)
                .containsExactly("1", "2", "3", "4", "5", "6", "7_2", "7_5", "7_8");
        assertThat(get(model, "1").end).isNotNull().extracting(JobEnd::reason).isEqualTo("tab\tand\nline");
        assertThat(get(model, "1").end)
                .isNotNull()
                .extracting(JobEnd::usage)
                .isEqualTo(end(null).usage());
        assertThat(get(model, "2").held).isTrue();
        assertThat(get(model, "3").held).isFalse();
        assertThat(Snapshots.state(get(model, "4"))).isEqualTo(JobState.STARTING);
        assertThat(get(model, "5").attempt).isEqualTo(3);
        assertThat(get(model, "5").retried(JobState.FAILED)).isEqualTo(2);
        assertThat(get(model, "6").attempt).isEqualTo(2);
        assertThat(get(model, "7_5").stage).isEqualTo(LocalJob.Stage.ENDED);
        assertThat(model.nextNumber).isEqualTo(99);
        assertThat(model.byKey("array")).contains(get(model, "7_2"));
    }

    @Test
    void snapshotSaysTheSameAsTheWholeJournal() {
        Environments environments = new Environments();
        ClusterModel model = replayed(records(), environments);
        List<String> snapshot = JournalSnapshot.of(model, environments, 1);

        Environments again = new Environments();
        ClusterModel second = replayed(snapshot, again);

        assertThat(JournalSnapshot.of(second, again, 1)).isEqualTo(snapshot);
        assertThat(second.jobs()).hasSameSizeAs(model.jobs());
        assertThat(second.nextNumber).isEqualTo(99);
        for (LocalJob job : model.jobs()) {
            LocalJob other = get(second, job.id.nativeId());
            assertThat(other)
                    .usingRecursiveComparison()
                    .comparingOnlyFields("number", "request", "stage", "held", "attempt", "index", "submittedMillis")
                    .isEqualTo(job);
            assertThat(other.retried()).isEqualTo(job.retried());
            assertThat(String.valueOf(other.run == null ? null : Records.start(other.run)))
                    .isEqualTo(String.valueOf(job.run == null ? null : Records.start(job.run)));
        }
        assertThat(again.get(1)).containsEntry("PATH", "/bin:/a=b");
        assertThat(again.get(0)).isEmpty();
    }

    @Test
    void oldestEndedJobsAreForgottenAndArraysOnlyAsAWhole() {
        ClusterModel model = new ClusterModel(SETTINGS);
        JobArray array = new JobArray(admission.common(REQUEST.withKey("array"), 1, 0, 0), ArrayRange.of(1, 2));
        model.add(array);
        LocalJob single = job(2, REQUEST);
        model.add(single);
        for (LocalJob job : List.of(array.tasks.get(0), single, array.tasks.get(1))) {
            model.settle(job, 0);
            model.end(job, end(null));
        }

        model.forget(1);

        assertThat(model.jobs()).containsExactlyElementsOf(array.tasks);
        assertThat(model.byKey("k")).isEmpty();
        model.forget(0);
        assertThat(model.jobs()).isEmpty();
        assertThat(model.array(array.id)).isEmpty();
    }
}
