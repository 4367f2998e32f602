package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobPage;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.JobStore.Binding;
import io.hpc4j.core.ResourceUsage;
import io.hpc4j.core.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of jobs owes the clusters that use it, as tests. */
public abstract class JobStoreKit extends JobStoreEndsKit {

    /** For subclasses. */
    protected JobStoreKit() {}

    // ---------------------------------------------------------------- intents

    @Test
    void recordedRequestIsFoundByItsKey() {
        record("a");

        StoredJob stored = store.findByKey(HERE, "a").orElseThrow();
        assertThat(stored.key()).isEqualTo("a");
        assertThat(stored.request()).contains(request("a"));
        assertThat(stored.recordedAt()).isEqualTo(NOON);
        assertThat(stored.id()).isEmpty();
        assertThat(stored.job()).isEmpty();
        assertThat(stored.isOpen()).isTrue();
    }

    @Test
    void unknownKeyIsNotFound() {
        record("a");

        assertThat(store.findByKey(HERE, "b")).isEmpty();
        assertThat(store.findByKey(HERE, "A")).isEmpty();
    }

    @Test
    void requestWithoutKeyIsRefusedAndNoneIsRecorded() {
        List<JobRequest> requests =
                List.of(request("a"), JobRequest.command("true").build());

        assertThatThrownBy(() -> store.recordIntents(HERE, requests, NOON))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(store.findByKey(HERE, "a")).isEmpty();
    }

    @Test
    void keyRecordedBeforeIsRefusedAndNoneIsRecorded() {
        record("a");

        assertThatThrownBy(() -> record("b", "a", "c"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a");
        assertThat(store.findByKey(HERE, "b")).isEmpty();
        assertThat(store.findByKey(HERE, "c")).isEmpty();
        assertThat(store.findByKey(HERE, "a")).isPresent();
    }

    @Test
    void keyGivenTwiceIsRefusedAndNoneIsRecorded() {
        assertThatThrownBy(() -> record("a", "b", "a")).isInstanceOf(IllegalStateException.class);

        assertThat(store.findByKey(HERE, "a")).isEmpty();
        assertThat(store.findByKey(HERE, "b")).isEmpty();
    }

    @Test
    void clustersAreToldApart() {
        record("a");
        store.recordIntents(THERE, List.of(request("a")), NOON);
        bind("a", "1");
        store.update(THERE, List.of(job("1", JobState.FAILED)));

        assertThat(store.findByKey(THERE, "a").orElseThrow().id()).isEmpty();
        assertThat(store.find(HERE, JobId.of("1")).orElseThrow().job()).isEmpty();
        assertThat(store.open("elsewhere:")).isEmpty();
    }

    @Test
    void nothingIsAnAcceptableAmount() {
        store.recordIntents(HERE, List.of(), NOON);
        store.bind(HERE, List.of());
        store.update(HERE, List.of());

        assertThat(store.open(HERE)).isEmpty();
        assertThat(store.list(HERE, JobQuery.all())).isEmpty();
    }

    // ---------------------------------------------------------------- bindings

    @Test
    void boundRequestIsFoundByItsJob() {
        record("a");
        bind("a", "141_7");

        StoredJob stored = store.find(HERE, JobId.of("141_7")).orElseThrow();
        assertThat(stored.key()).isEqualTo("a");
        assertThat(stored.request()).contains(request("a"));
        assertThat(store.findByKey(HERE, "a")).contains(stored);
    }

    @Test
    void unknownJobIsNotFound() {
        assertThat(store.find(HERE, JobId.of("1"))).isEmpty();
    }

    @Test
    void bindingAgainToTheSameJobIsNoError() {
        record("a");
        bind("a", "1");

        assertThatCode(() -> bind("a", "1")).doesNotThrowAnyException();
    }

    @Test
    void bindingToAnotherJobIsRefused() {
        record("a");
        bind("a", "1");

        assertThatThrownBy(() -> bind("a", "2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1")
                .hasMessageContaining("2");
        assertThat(store.findByKey(HERE, "a").orElseThrow().id()).contains(JobId.of("1"));
    }

    @Test
    void bindingOfAnUnknownKeyIsRefused() {
        assertThatThrownBy(() -> bind("a", "1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a");
    }

    @Test
    void snapshotThatCameBeforeTheBindingIsKept() {
        record("a");
        store.update(HERE, List.of(job("1", JobState.RUNNING)));
        bind("a", "1");

        assertThat(store.findByKey(HERE, "a").orElseThrow().job()).contains(job("1", JobState.RUNNING));
        assertThat(store.open(HERE)).hasSize(1);
    }

    @Test
    void idThatTheClusterGivesAgainBelongsToTheNewKey() {
        record("a", "b");
        bind("a", "1");
        store.update(HERE, List.of(job("1", JobState.COMPLETED)));
        bind("b", "1");

        StoredJob stored = store.find(HERE, JobId.of("1")).orElseThrow();
        assertThat(stored.key()).isEqualTo("b");
        assertThat(stored.job()).isEmpty();
        assertThat(store.findByKey(HERE, "a").flatMap(StoredJob::job)).contains(job("1", JobState.COMPLETED));
    }

    // ---------------------------------------------------------------- discarding

    @Test
    void discardedRequestIsForgottenAndItsKeyFree() {
        record("a");
        store.discard(HERE, "a");

        assertThat(store.findByKey(HERE, "a")).isEmpty();
        assertThat(store.open(HERE)).isEmpty();
        assertThatCode(() -> record("a")).doesNotThrowAnyException();
    }

    @Test
    void boundRequestIsNotDiscarded() {
        record("a");
        bind("a", "1");
        store.discard(HERE, "a");

        assertThat(store.findByKey(HERE, "a")).isPresent();
    }

    @Test
    void discardingAnUnknownKeyIsNoError() {
        assertThatCode(() -> store.discard(HERE, "a")).doesNotThrowAnyException();
    }

    // ---------------------------------------------------------------- snapshots

    @Test
    void newestSnapshotIsKept() {
        record("a");
        bind("a", "1");
        store.update(HERE, List.of(job("1", JobState.RUNNING)));
        store.update(HERE, List.of(job("1", JobState.FAILED)));

        assertThat(store.find(HERE, JobId.of("1")).orElseThrow().job()).contains(job("1", JobState.FAILED));
    }

    @Test
    void jobThatWasNeverBoundIsKeptToo() {
        store.update(HERE, List.of(job("9", JobState.RUNNING)));

        StoredJob stored = store.find(HERE, JobId.of("9")).orElseThrow();
        assertThat(stored.job()).contains(job("9", JobState.RUNNING));
        assertThat(stored.request()).isEmpty();
        assertThat(store.open(HERE)).containsExactly(stored);
    }

    @Test
    void everythingARequestCanAskForIsKept() {
        JobRequest full = JobRequest.command("./solver", "", "two words", "it's \"$(x)\" `y`\n", "Grüße 🚀")
                .key("full")
                .name("solver \"a\"")
                .workingDirectory("/scratch/ada")
                .launch(JobRequest.Launch.ONCE)
                .nodes(2)
                .tasks(8)
                .cpusPerTask(3)
                .memoryPerNodeBytes(5L << 40)
                .gpusPerNode(2)
                .gpuType("a100")
                .walltime(Duration.ofSeconds(3601))
                .queue("debug")
                .account("physics")
                .environment("A", "line\nbreak")
                .environment("EMPTY", "")
                .module("gcc/12")
                .module("openmpi/4.1")
                .stdin("in")
                .stdout("out-%j")
                .stderr("err-%a")
                .mail("ada@example.org", JobRequest.MailEvent.FAIL)
                .dependsOn(Dependency.Type.AFTER_OK, JobId.of("1"), JobId.of("2"))
                .beginAt(NOON.plusMillis(123))
                .priority(-5)
                .exclusive(true)
                .held(true)
                .retryOn(JobState.NODE_FAILED, 2)
                .nativeOption("slurm", "--constraint=ib")
                .label("project", "")
                .build();
        JobRequest script =
                JobRequest.script("#!/bin/sh\necho 'ü'\n").key("script").build();
        JobRequest file = JobRequest.scriptFile("run.sh", "-x").key("file").build();
        store.recordIntents(HERE, List.of(full, script, file), NOON);
        reopenIfDurable();

        assertThat(store.findByKey(HERE, "full").flatMap(StoredJob::request)).contains(full);
        assertThat(store.findByKey(HERE, "script").flatMap(StoredJob::request)).contains(script);
        assertThat(store.findByKey(HERE, "file").flatMap(StoredJob::request)).contains(file);
    }

    @Test
    void everythingAJobCanTellIsKept() {
        Job full = Job.builder(JobId.of("141_7"), JobState.FAILED)
                .rawState("NODE_FAIL by 1000")
                .name("Grüße \"quoted\"")
                .owner("ada")
                .queue("debug")
                .account("physics")
                .key("key-1")
                .arrayId(JobId.of("141"))
                .arrayIndex(7)
                .attempt(3)
                .reason("line\nbreak")
                .exitStatus(ExitStatus.ofSignal(9))
                .submittedAt(NOON)
                .startedAt(NOON.plusMillis(1))
                .endedAt(NOON.plusMillis(1002))
                .walltime(Duration.ofMinutes(5))
                .workingDirectory("/scratch")
                .stdout("/scratch/out")
                .stderr("/scratch/err")
                .nodes(List.of("n2", "n1"))
                .slots(4)
                .labels(Map.of("project", "heat"))
                .usage(ResourceUsage.builder()
                        .cpuTime(Duration.ofMillis(1234))
                        .elapsed(Duration.ofSeconds(3))
                        .memoryBytes(0)
                        .peakMemoryBytes(1L << 40)
                        .memoryByteSeconds(1e15)
                        .readBytes(1)
                        .writtenBytes(2)
                        .ioWait(Duration.ofMillis(5))
                        .energyJoules(12.5)
                        .gpuTime(Duration.ofSeconds(1))
                        .peakGpuMemoryBytes(3)
                        .measuredAt(NOON)
                        .build())
                .build();
        Job bare = Job.builder(JobId.of("2"), JobState.UNKNOWN).build();
        store.update(HERE, List.of(full, bare));
        reopenIfDurable();

        assertThat(store.find(HERE, full.id()).flatMap(StoredJob::job)).contains(full);
        assertThat(store.find(HERE, bare.id()).flatMap(StoredJob::job)).contains(bare);
    }

    // ---------------------------------------------------------------- open ones

    private List<String> openKeys() {
        return store.open(HERE).stream().map(StoredJob::key).toList();
    }

    @Test
    void whatHasNotEndedIsOpen() {
        record("intent", "bound", "running", "ended");
        bind("bound", "1");
        bind("running", "2");
        bind("ended", "3");
        store.update(HERE, List.of(job("2", JobState.RUNNING), job("3", JobState.COMPLETED)));

        assertThat(openKeys()).containsExactlyInAnyOrder("intent", "bound", "running");
    }

    @Test
    void lostJobIsStillOpen() {
        record("a");
        bind("a", "1");
        store.update(HERE, List.of(job("1", JobState.LOST)));

        assertThat(openKeys()).containsExactly("a");
    }

    @Test
    void lostJobThatIsGivenUpIsOpenNoLonger() {
        record("a");
        bind("a", "1");
        store.update(HERE, List.of(ended("1", JobState.LOST, NOON)));

        assertThat(openKeys()).isEmpty();
    }

    @Test
    void openOnesComeOldestFirst() {
        store.recordIntents(HERE, List.of(request("second")), NOON);
        store.recordIntents(HERE, List.of(request("third")), NOON.plusSeconds(1));
        store.recordIntents(HERE, List.of(request("first")), NOON.minusSeconds(1));

        assertThat(openKeys()).containsExactly("first", "second", "third");
    }

    // ---------------------------------------------------------------- lists

    private List<String> ids(JobQuery query) {
        return store.list(HERE, query).stream()
                .map(s -> s.id().orElseThrow().nativeId())
                .toList();
    }

    private void recordEnded(String key, String id, Instant at, JobState state) {
        store.recordIntents(HERE, List.of(request(key)), at);
        bind(key, id);
        store.update(
                HERE,
                List.of(job(id, state).toBuilder()
                        .key(key)
                        .queue("q" + id)
                        .owner("ada")
                        .labels(Map.of("even", Boolean.toString(Integer.parseInt(id) % 2 == 0)))
                        .build()));
    }

    @Test
    void listComesNewestFirst() {
        recordEnded("a", "2", NOON, JobState.COMPLETED);
        recordEnded("b", "1", NOON.plusSeconds(1), JobState.FAILED);
        recordEnded("c", "3", NOON.minusSeconds(1), JobState.FAILED);

        assertThat(ids(JobQuery.all())).containsExactly("1", "2", "3");
        assertThat(ids(JobQuery.all().withLimit(2))).containsExactly("1", "2");
    }

    @Test
    void listMeetsEveryConditionOfTheQuery() {
        recordEnded("a", "1", NOON, JobState.COMPLETED);
        recordEnded("b", "2", NOON.plusSeconds(1), JobState.FAILED);
        recordEnded("c", "4", NOON.plusSeconds(2), JobState.FAILED);

        assertThat(ids(JobQuery.all().withStates(Set.of(JobState.FAILED)))).containsExactly("4", "2");
        assertThat(ids(JobQuery.all().withName("job-1"))).containsExactly("1");
        assertThat(ids(JobQuery.all().withQueue("q2"))).containsExactly("2");
        assertThat(ids(JobQuery.all().withOwner("ada"))).hasSize(3);
        assertThat(ids(JobQuery.all().withOwner("bob"))).isEmpty();
        assertThat(ids(JobQuery.all().withLabel("even", "true").withLimit(1))).containsExactly("4");
        assertThat(ids(JobQuery.all().withLabel("even", "true").withName("job-1")))
                .isEmpty();
    }

    @Test
    void listKnowsTheTimeOfSubmission() {
        for (int i = 0; i < 4; i++) {
            store.update(
                    HERE,
                    List.of(job("" + i, JobState.COMPLETED).toBuilder()
                            .submittedAt(NOON.plusSeconds(i))
                            .build()));
        }
        store.update(HERE, List.of(job("unknown", JobState.RUNNING)));
        JobQuery query = JobQuery.all();

        assertThat(ids(query)).containsExactly("3", "2", "1", "0", "unknown");
        assertThat(ids(query.withSubmittedFrom(NOON.plusSeconds(2)))).containsExactly("3", "2");
        assertThat(ids(query.withSubmittedBefore(NOON.plusSeconds(2)))).containsExactly("1", "0");
        assertThat(ids(query.withSubmittedFrom(NOON.plusSeconds(1)).withSubmittedBefore(NOON.plusSeconds(2))))
                .containsExactly("1");
    }

    // ---------------------------------------------------------------- pages

    private List<String> idsOf(JobPage page) {
        return page.jobs().stream().map(s -> s.id().orElseThrow().nativeId()).toList();
    }

    private List<String> idsInPages(JobQuery query) {
        List<String> all = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            JobPage page = store.page(HERE, query, after);
            assertThat(page.jobs()).hasSizeLessThanOrEqualTo(query.limit());
            all.addAll(idsOf(page));
            after = page.next();
        } while (after.isPresent());
        return all;
    }

    @Test
    void pagesTogetherAreTheList() {
        for (int i = 0; i < 23; i++) { // many of the same instant, as those of one call of submitAll are
            recordEnded("k" + i, "" + i, NOON.plusSeconds(i / 10), i % 3 == 0 ? JobState.FAILED : JobState.COMPLETED);
        }

        for (int size : new int[] {1, 4, 23, 100}) {
            assertThat(idsInPages(JobQuery.all().withLimit(size))).isEqualTo(ids(JobQuery.all()));
            JobQuery failed = JobQuery.all().withStates(Set.of(JobState.FAILED, JobState.TIMED_OUT));
            assertThat(idsInPages(failed.withLimit(size)))
                    .isEqualTo(ids(failed))
                    .hasSize(8);
            JobQuery even = JobQuery.all().withLabel("even", "true").withOwner("ada");
            assertThat(idsInPages(even.withLimit(size))).isEqualTo(ids(even)).hasSize(12);
        }
    }

    @Test
    void pageThatIsFullAndTheLastSaysSo() {
        recordEnded("a", "1", NOON, JobState.COMPLETED);
        recordEnded("b", "2", NOON, JobState.COMPLETED);

        assertThat(store.page(HERE, JobQuery.all().withLimit(2), Optional.empty())
                        .next())
                .isEmpty();
        assertThat(store.page(HERE, JobQuery.all().withLimit(1), Optional.empty())
                        .next())
                .isPresent();
        assertThat(store.page("elsewhere:", JobQuery.all().withLimit(1), Optional.empty())
                        .jobs())
                .isEmpty();
    }

    @Test
    void jobThatComesBetweenTwoPagesMovesNone() {
        for (int i = 0; i < 6; i++) {
            recordEnded("k" + i, "" + i, NOON.plusSeconds(i), JobState.COMPLETED);
        }
        JobQuery query = JobQuery.all().withLimit(3);
        JobPage first = store.page(HERE, query, Optional.empty());
        recordEnded("new", "6", NOON.plusSeconds(6), JobState.COMPLETED);

        assertThat(idsOf(first)).containsExactly("5", "4", "3");
        assertThat(idsOf(store.page(HERE, query, first.next()))).containsExactly("2", "1", "0");
    }

    @Test
    void pageWithoutSizeOrAfterNoPageIsRefused() {
        assertThatThrownBy(() -> store.page(HERE, JobQuery.all(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limit");
        assertThatThrownBy(() -> store.page(HERE, JobQuery.all().withLimit(1), Optional.of("no page's end")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no page's end");
    }

    @Test
    void requestWithoutJobIsNotListed() {
        record("a");

        assertThat(store.list(HERE, JobQuery.all())).isEmpty();
    }

    @Test
    void manyJobsAreKept() {
        int many = 5_000;
        List<JobRequest> requests =
                IntStream.range(0, many).mapToObj(i -> request("k" + i)).toList();
        store.recordIntents(HERE, requests, NOON);
        store.bind(
                HERE,
                IntStream.range(0, many)
                        .mapToObj(i -> new Binding("k" + i, JobId.of("j" + i)))
                        .toList());
        store.update(
                HERE,
                IntStream.range(0, many)
                        .mapToObj(i -> job("j" + i, i % 2 == 0 ? JobState.COMPLETED : JobState.RUNNING))
                        .toList());

        assertThat(store.open(HERE)).hasSize(many / 2);
        assertThat(store.list(HERE, JobQuery.all())).hasSize(many);
    }

    // ---------------------------------------------------------------- threads and opening again

    @Test
    void eightThreadsLoseNothing() {
        inThreads(thread -> {
            for (int i = 0; i < 20; i++) {
                String name = thread + "-" + i;
                record(name);
                bind(name, name);
                store.update(HERE, List.of(job(name, JobState.RUNNING)));
                store.update(HERE, List.of(job(name, i % 2 == 0 ? JobState.COMPLETED : JobState.RUNNING)));
                store.open(HERE);
            }
        });

        assertThat(store.list(HERE, JobQuery.all())).hasSize(THREADS * 20);
        assertThat(store.open(HERE)).hasSize(THREADS * 10);
    }

    @Test
    void ofEightThreadsOneRecordsAKey() {
        AtomicInteger won = new AtomicInteger();
        List<Throwable> lost = new ArrayList<>();
        inThreads(thread -> {
            try {
                record("same");
                won.incrementAndGet();
            } catch (IllegalStateException e) {
                synchronized (lost) {
                    lost.add(e);
                }
            }
        });

        assertThat(won).hasValue(1);
        assertThat(lost).hasSize(THREADS - 1);
    }

    @Test
    void storeThatIsOpenedAgainHasKeptEverything() {
        record("intent", "bound", "ended");
        bind("bound", "1");
        bind("ended", "2");
        store.update(HERE, List.of(job("2", JobState.COMPLETED), job("3", JobState.RUNNING)));
        List<StoredJob> open = store.open(HERE);

        Optional<JobStore> again = reopen(store);
        assumeTrue(again.isPresent(), "this store keeps nothing beyond its object's life");
        store = again.get();

        assertThat(store.open(HERE)).containsExactlyElementsOf(open);
        assertThat(store.find(HERE, JobId.of("2")).flatMap(StoredJob::job)).contains(job("2", JobState.COMPLETED));
        assertThatThrownBy(() -> record("ended")).isInstanceOf(IllegalStateException.class);
    }
}
