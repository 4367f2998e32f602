package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobEvent;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.RejectedJobException;
import io.hpc4j.core.StoredJob;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.core.spi.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What seeds of chaos found, one by one. */
@Timeout(60)
class SubmitterFaultsTest {

    private static final JobRequest REQUEST = JobRequest.command("true").build();

    private final MutableClock clock = MutableClock.at("2026-01-01T00:00:00Z");
    private final ScriptedBackend backend = new ScriptedBackend(clock);
    private final CommandScheduler commands = new CommandScheduler(clock, 1);
    private final JobStore store = JobStore.inMemory();
    private final Faults faults = Faults.none();
    private final List<Cluster> opened = new ArrayList<>();

    private Cluster connect(SchedulerBackendProvider provider) {
        Cluster cluster = Cluster.builder(provider.id() + ":")
                .callsPerMinute(0)
                .provider(new FaultyProvider(provider, faults))
                .transport(commands.connect())
                .store(FaultyJobStore.over(store, faults))
                .clock(clock)
                .connect();
        opened.add(cluster);
        return cluster;
    }

    @AfterEach
    void close() {
        opened.forEach(Cluster::close);
    }

    private void until(JobHandle job, JobState state) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            clock.advance(Duration.ofSeconds(30));
            return job.state() == state;
        });
    }

    private static JobRequest array(String name) {
        return JobRequest.command("/bin/sh", "-c", "", "sh", name, "0", "0.05")
                .name(name)
                .build();
    }

    // ---------------------------------------------------------------- the store fails when the scheduler has the job

    @Test
    void jobThatTheSchedulerTookIsReturnedAndWatchedThoughTheStoreIsAway() {
        faults.next("update", Fault.BEFORE).next("bind", Fault.BEFORE);
        Cluster cluster = connect(backend);

        JobHandle job = cluster.submit(REQUEST);

        assertThat(job.id()).isEqualTo(JobId.of("1"));
        await().until(() -> store.open("scripted:").stream().allMatch(s -> s.id().isPresent()));
        backend.set(job.id(), JobState.COMPLETED);
        until(job, JobState.COMPLETED);
        await().until(() -> store.open("scripted:").isEmpty());
        assertThat(store.find("scripted:", job.id()).flatMap(StoredJob::request))
                .isPresent();
    }

    @Test
    void refusalIsToldInTheSchedulersWordsThoughTheStoreIsAway() {
        backend.duringSubmit = () -> {
            throw new RejectedJobException("Invalid qos");
        };
        faults.next("discard", Fault.BEFORE);

        assertThatThrownBy(() -> connect(backend).submit(REQUEST))
                .isInstanceOf(RejectedJobException.class)
                .hasMessage("Invalid qos")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    @Test
    void batchThatFailsAsAWholeIsLookedForByItsKeys() {
        SchedulerBackendProvider throwing = new SchedulerBackendProvider() {
            @Override
            public String id() {
                return "scripted";
            }

            @Override
            public SchedulerBackend open(BackendContext context) {
                return FaultyCall.proxy(SchedulerBackend.class, (method, arguments) -> {
                    Object answer = FaultyCall.invoke(backend, method, arguments);
                    if (method.getName().equals("submitAll")) {
                        assertThat((List<?>) answer).allMatch(Submission.Accepted.class::isInstance);
                        throw new BackendUnavailableException("the connection broke");
                    }
                    return answer;
                });
            }
        };

        List<JobHandle> jobs = connect(throwing).submitAll(Collections.nCopies(3, REQUEST));

        assertThat(jobs).extracting(JobHandle::id).containsExactly(JobId.of("1"), JobId.of("2"), JobId.of("3"));
        assertThat(backend.submitted.get()).isEqualTo(3);
    }

    // ---------------------------------------------------------------- arrays

    @Test
    void wholeArrayIsTakenUpWhenItsSubmitterDiedBeforeTheAnswer() {
        faults.next("submit", Fault.AFTER).next("backend.findByKey", Fault.BEFORE);
        Cluster first = connect(CommandBackend.provider());
        JobRequest request = array("a");
        assertThatThrownBy(() -> first.submitArray(request, ArrayRange.of(1, 4)))
                .isInstanceOf(BackendUnavailableException.class);
        first.close();

        Cluster next = connect(CommandBackend.provider());

        assertThat(next.openJobs()).extracting(j -> j.id().nativeId()).containsExactly("1_1", "1_2", "1_3", "1_4");
        assertThat(next.openJobs()).allMatch(j -> j.job().labels().isEmpty());
    }

    @Test
    void tasksThatWereNotListedWhenTheirArrayWasTakenUpAreWatchedLater() {
        faults.next("submit", Fault.AFTER).next("backend.findByKey", Fault.BEFORE);
        Cluster first = connect(CommandBackend.provider());
        assertThatThrownBy(() -> first.submitArray(array("a"), ArrayRange.of(1, 4)))
                .isInstanceOf(BackendUnavailableException.class);
        first.close();
        commands.hide("1_3");

        Cluster next = connect(CommandBackend.provider());
        assertThat(next.openJobs()).hasSize(3);
        commands.hide("");
        clock.advance(Duration.ofSeconds(1));

        await().until(() -> store.find("commands:", JobId.of("1_3")).isPresent());
    }

    @Test
    void rememberedRequestOfAnArrayMayBeSubmittedAgainAsOneJob() {
        Cluster first = connect(CommandBackend.provider());
        first.submitArray(array("a"), ArrayRange.of(1, 4));
        JobRequest remembered = store.find("commands:", JobId.of("1_1"))
                .flatMap(StoredJob::request)
                .orElseThrow();
        faults.next("submit", Fault.AFTER)
                .next("backend.findByKey", Fault.DELAY)
                .next("backend.findByKey", Fault.BEFORE);
        assertThatThrownBy(() -> first.submit(remembered.withKey("again")))
                .isInstanceOf(BackendUnavailableException.class);
        first.close();

        assertThat(connect(CommandBackend.provider()).openJobs())
                .extracting(j -> j.id().nativeId())
                .containsExactly("1_1", "1_2", "1_3", "1_4", "2");
        assertThat(store.findByKey("commands:", "again").flatMap(StoredJob::id)).contains(JobId.of("2"));
    }

    // ---------------------------------------------------------------- ends

    @Test
    void endIsToldOnceThoughAnAnswerFromBeforeItComesLate() {
        Cluster cluster = connect(backend);
        List<JobEvent> ends = Collections.synchronizedList(new ArrayList<>());
        cluster.onEvent(ends::add);
        JobId id = JobId.of("77");
        backend.set(id, JobState.RUNNING);
        backend.duringStatus = () -> {
            backend.duringStatus = () -> {};
            cluster.attach(id);
            backend.set(id, JobState.COMPLETED);
            backend.reports.report(List.of(Job.builder(id, JobState.COMPLETED).build()));
        };

        JobHandle late = cluster.attach(id);

        assertThat(late.state()).isEqualTo(JobState.COMPLETED);
        clock.advance(Duration.ofMinutes(1));
        await().until(() -> ends.size() == 1);
        assertThat(cluster.openJobs()).isEmpty();
    }

    @Test
    void jobThatJustEndedIsAttachedThoughTheSchedulerHasForgottenIt() {
        Cluster cluster = connect(backend);
        JobHandle job = cluster.submit(REQUEST);
        backend.set(job.id(), JobState.COMPLETED);
        until(job, JobState.COMPLETED);
        backend.forget(job.id());
        faults.next("find", Fault.BEFORE);

        assertThat(cluster.attach(job.id()).state()).isEqualTo(JobState.COMPLETED);
    }
}
