package io.hpc4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobEnd;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore.Binding;
import io.hpc4j.core.ListenerCursor;
import io.hpc4j.core.StoredJob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With H2 on both sides; {@code PostgresBackupIT} has PostgreSQL on one. */
class BackupTest {

    static final String CLUSTER = "slurm+ssh://ada@login.example.org";
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
    private static final int JOBS = 2500; // some portions

    @TempDir
    Path folder;

    String emptyUrl(String name) {
        return "jdbc:h2:" + folder.resolve(name);
    }

    static void fill(Database database) {
        JdbcJobStore store = new JdbcJobStore(database);
        List<String> ids = IntStream.range(0, JOBS).mapToObj(i -> "j" + i).toList();
        store.recordIntents(
                CLUSTER,
                ids.stream()
                        .map(id -> JobRequest.command("echo", "it's \"ü\" 🚀\n")
                                .key("k" + id)
                                .build())
                        .toList(),
                NOON);
        store.bind(
                CLUSTER,
                ids.stream().map(id -> new Binding("k" + id, JobId.of(id))).toList());
        store.update(CLUSTER, ids.stream().map(BackupTest::job).toList());
        store.takeCursor(CLUSTER, "billing", "me");
        store.moveCursor(CLUSTER, "billing", "me", new ListenerCursor(3, 4));
    }

    private static Job job(String id) {
        JobState state = id.endsWith("7") ? JobState.RUNNING : JobState.FAILED;
        Job job = Job.builder(JobId.of(id), state)
                .name("a\0b")
                .owner("ada")
                .labels(Map.of("half", "\ud800", "id", id))
                .submittedAt(NOON.plusNanos(123_456_789))
                .build();
        return job.toBuilder()
                .endedAt(state.isEnded() ? NOON.plusSeconds(9) : null)
                .build();
    }

    static void assertSame(Database one, Database other) {
        JdbcJobStore a = new JdbcJobStore(one);
        JdbcJobStore b = new JdbcJobStore(other);
        assertThat(other.counts()).isEqualTo(one.counts());
        assertThat(b.list(CLUSTER, JobQuery.all())).isEqualTo(a.list(CLUSTER, JobQuery.all()));
        List<StoredJob> open = a.open(CLUSTER);
        assertThat(b.open(CLUSTER)).isEqualTo(open).hasSize(JOBS / 10);
        List<JobEnd> ends = a.endsAfter(CLUSTER, 0, JOBS);
        assertThat(b.endsAfter(CLUSTER, 0, JOBS)).isEqualTo(ends).hasSize(JOBS * 9 / 10);
        assertThat(b.cursors(CLUSTER)).isEqualTo(a.cursors(CLUSTER)).hasSize(1);
        assertThat(other.check()).isEmpty();
    }

    @Test
    void whatIsRestoredIsWhatWasBackedUpAndGoesOnFromThere() throws Exception {
        try (Database from = Database.open(emptyUrl("from"));
                Database into = Database.open(emptyUrl("into"))) {
            fill(from);
            BackupReport written = from.backup(folder.resolve("backup"));

            assertThat(written.tables()).isEqualTo(from.counts());
            assertThat(Database.checkBackup(folder.resolve("backup"))).isEqualTo(written);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("backup"))))
                    .isEqualTo("rw-------");
            assertThat(into.restore(folder.resolve("backup"))).isEqualTo(written);
            assertSame(from, into);
            goesOn(into);
        }
    }

    static void goesOn(Database database) {
        JdbcJobStore store = new JdbcJobStore(database);
        long last = store.endsAfter(CLUSTER, 0, JOBS).get(JOBS * 9 / 10 - 1).position();
        store.recordIntents(
                CLUSTER, List.of(JobRequest.command("true").key("new").build()), NOON);
        store.update(CLUSTER, List.of(job("stray").toBuilder().endedAt(NOON).build()));
        store.update("local:", List.of(job("other")));
        assertThat(store.findByKey(CLUSTER, "new")).isPresent();
        assertThat(store.endsAfter(CLUSTER, last, 10)).hasSize(1);
    }

    @Test
    void databaseThatIsNotEmptyIsNotRestoredInto() {
        try (Database from = Database.open(emptyUrl("from"))) {
            fill(from);
            from.backup(folder.resolve("backup"));

            assertThatThrownBy(() -> from.restore(folder.resolve("backup")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is not empty")
                    .hasMessageContaining("hpc_job=" + JOBS);
        }
    }

    @Test
    void backupThatIsCutOffChangedOrSomethingElseIsRefusedAndNothingIsWritten() throws Exception {
        Path backup = folder.resolve("backup");
        try (Database from = Database.open(emptyUrl("from"));
                Database into = Database.open(emptyUrl("into"))) {
            fill(from);
            from.backup(backup);
            byte[] whole = Files.readAllBytes(backup);
            byte[] changed = whole.clone();
            changed[whole.length / 2] ^= 1;

            for (byte[] wrong : List.of(
                    Arrays.copyOf(whole, whole.length / 2),
                    Arrays.copyOf(whole, whole.length - 9),
                    changed,
                    "no backup".getBytes(StandardCharsets.UTF_8),
                    new byte[0])) {
                Files.write(backup, wrong);
                assertThatThrownBy(() -> Database.checkBackup(backup))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining(backup.toString());
                assertThatThrownBy(() -> into.restore(backup)).isInstanceOf(StoreException.class);
            }
            assertThat(into.counts().values()).containsOnly(0L);
        }
    }

    @Test
    void backupIsOfOneMomentWhileOthersWrite() throws Exception {
        try (Database from = Database.open(emptyUrl("from"))) {
            fill(from);
            JdbcJobStore store = new JdbcJobStore(from);
            Thread writer = new Thread(() -> {
                for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                    store.update(CLUSTER, List.of(job("w" + i + "a"), job("w" + i + "b"))); // always two together
                }
            });
            writer.start();
            try {
                for (int round = 0; round < 3; round++) {
                    BackupReport report = from.backup(folder.resolve("backup" + round));
                    assertThat(report.tables().get("hpc_job")).isEven();
                    try (Database into = Database.open("jdbc:h2:mem:round" + round + System.nanoTime())) {
                        into.restore(folder.resolve("backup" + round));
                        assertThat(into.check()).isEmpty();
                    }
                }
            } finally {
                writer.interrupt();
                writer.join();
            }
        }
    }

    @Test
    void fileThatIsThereIsNotOverwritten() throws IOException {
        Files.writeString(folder.resolve("file"), "mine");
        try (Database from = Database.open(emptyUrl("from"))) {
            assertThatThrownBy(() -> from.backup(folder.resolve("file"))).hasMessageContaining("is there already");
            assertThatThrownBy(() -> from.backup(folder.resolve("no/such/folder")))
                    .isInstanceOf(StoreException.class);
        }
        assertThat(folder.resolve("file")).hasContent("mine");
    }

    private List<Path> backups() {
        try (Stream<Path> all = Files.list(folder.resolve("backups"))) {
            return all.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    @Test
    void timerWritesBackupsAndKeepsTheNewest() throws Exception {
        try (Database from = Database.open(emptyUrl("from"))) {
            AutoCloseable timer = from.backupEvery(Duration.ofSeconds(1), folder.resolve("backups"), 2);
            await().until(() -> backups().size() == 1);
            Files.writeString(folder.resolve("backups/hpc4j-notes.txt"), "not a backup");
            Path first = backups().get(0);
            await().atMost(Duration.ofSeconds(30)).until(() -> !Files.exists(first));
            timer.close();

            assertThat(backups()).hasSize(3);
            Database.checkBackup(backups().get(0));
            from.backupEvery(Duration.ofHours(1), folder.resolve("backups"), 2);
        }
        assertThat(backups()).as("one that is young enough").hasSize(3);
    }

    @Test
    void checkFindsWhatContradictsItself() {
        try (Database database = Database.open(emptyUrl("from"))) {
            fill(database);
            database.jdbi().useHandle(handle -> {
                handle.execute("update hpc_job set state = 'RUNNING' where native_id = 'j1'");
                handle.execute("update hpc_job set snapshot = 'no JSON' where native_id = 'j2'");
                handle.execute("update hpc_cluster set last_end = 0");
            });

            assertThat(database.check())
                    .hasSize(3)
                    .anyMatch(f -> f.contains("says RUNNING, its snapshot FAILED"))
                    .anyMatch(f -> f.contains("cannot be read"))
                    .anyMatch(f -> f.contains("ends behind the last"));
        }
    }

    @Test
    void interruptOfAThreadHarmsNobody() {
        try (Database database = Database.open(emptyUrl("from"))) {
            JdbcJobStore store = new JdbcJobStore(database);
            for (int i = 0; i < 20; i++) {
                String id = "i" + i;
                Thread thread = new Thread(() -> store.update(CLUSTER, List.of(job(id))));
                thread.start();
                thread.interrupt();
                await().until(() -> !thread.isAlive());
                assertThat(store.find(CLUSTER, JobId.of(id))).isPresent();
            }
            Thread.currentThread().interrupt();
            store.update(CLUSTER, List.of(job("self")));
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
