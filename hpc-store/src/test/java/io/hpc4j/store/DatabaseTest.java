package io.hpc4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

    @TempDir
    private Path folder;

    private String url() {
        return "jdbc:h2:" + folder.resolve("state/jobs");
    }

    @Test
    void secondProcessIsToldWhoHoldsTheFileAndWhatToDo() throws Exception {
        Instant before = Instant.now();
        Process child = Child.start(url(), "hold");
        try (BufferedReader out = Child.reader(child)) {
            assertThat(out.readLine()).isEqualTo("open");

            assertThatThrownBy(() -> Database.open(url()))
                    .isInstanceOfSatisfying(
                            StoreUnavailableException.class,
                            e -> assertThat(e.isTransient()).isTrue())
                    .hasMessageContaining(folder.resolve("state/jobs").toString())
                    .hasMessageContaining("held by process " + child.pid() + " on ")
                    .hasMessageContaining(" since " + before.toString().substring(0, 10))
                    .hasMessageContaining("end that, give another file, or use PostgreSQL");
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();

        Database.open(url()).close();
    }

    @Test
    void fileThatThisProcessHasOpenAlreadyIsToldSo() {
        try (Database open = Database.open(url())) {
            assertThatThrownBy(() -> Database.open(url()))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("open in this process already");
            assertThat(open.jdbi()).isNotNull();
        }
        Database.open(url()).close();
    }

    @Test
    void folderOfTheFileIsForItsUserOnly() throws Exception {
        Database.open(url()).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("state"))))
                .isEqualTo("rwx------");
    }

    @Test
    void fileThatCannotBeMadeSaysWhatWouldWork() throws Exception {
        Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> Database.open("jdbc:h2:" + folder.resolve("file/jobs")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("name a file in a folder that you can write");
    }

    @Test
    void fileThatIsNoDatabaseIsNotTakenForAnEmptyOne() throws Exception {
        Files.createDirectories(folder.resolve("state"));
        Files.writeString(folder.resolve("state/jobs.mv.db"), "something else".repeat(1000));

        assertThatThrownBy(() -> Database.open(url())).isInstanceOf(io.hpc4j.core.HpcException.class);
        assertThat(Files.readString(folder.resolve("state/jobs.mv.db"))).startsWith("something else");
    }

    @Test
    void migrationsThatHaveRunAreNotRunAgain() {
        try (JdbcJobStore store = JdbcJobStore.connect(url())) {
            store.recordIntents(
                    "local:", List.of(JobRequest.command("true").key("a").build()), Instant.EPOCH);
        }
        try (Database database = Database.open(url())) {
            assertThat(database.jdbi()
                            .<Integer, RuntimeException>withHandle(handle -> handle.createQuery(
                                            "select count(*) from \"hpc_schema_history\" where \"version\" is not null and \"type\" = 'SQL'")
                                    .mapTo(Integer.class)
                                    .one()))
                    .isEqualTo(Migrations.NEWEST);
            assertThat(new JdbcJobStore(database).findByKey("local:", "a")).isPresent();
        }
    }

    @Test
    void tablesOfANewerVersionAreLeftAlone() {
        try (Database database = Database.open(url())) {
            database.jdbi()
                    .useHandle(handle -> handle.execute(
                            "update \"hpc_schema_history\" set \"version\" = '999'" + " where \"version\" = ?",
                            Integer.toString(Migrations.NEWEST)));
        }

        assertThatThrownBy(() -> Database.open(url()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("version 999")
                .hasMessageContaining("newer");
    }

    @Test
    void closedDatabaseSaysSo() {
        Database database = Database.open(url());
        JdbcJobStore store = new JdbcJobStore(database);
        database.close();
        database.close();

        assertThatThrownBy(() -> store.list("local:", JobQuery.all())).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void serverThatIsNotThereIsToldWithoutThePassword() {
        assertThatThrownBy(() -> Database.builder("postgresql://ada:s3cret@127.0.0.1:1/hpc")
                        .patience(java.time.Duration.ofMillis(500))
                        .open())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void addressComesFromTheEnvironmentOrIsAFileOfTheUser() {
        assertThat(Database.addressIn(Map.of("DATABASE_URL", "b"))).contains("b");
        assertThat(Database.addressIn(Map.of("DATABASE_URL", "b", "HPC_DATABASE", "a")))
                .contains("a");
        assertThat(Database.addressIn(Map.of("DATABASE_URL", " "))).isEmpty();
        assertThat(Database.defaultAddress(Map.of("XDG_STATE_HOME", "/s"))).isEqualTo("jdbc:h2:/s/hpc4j/store/jobs");
        assertThat(Database.defaultAddress(Map.of("HPC_STATE", "/t"))).isEqualTo("jdbc:h2:/t/store/jobs");
    }
}
