package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobState;
import io.hpc4j.store.JdbcJobStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCommandTest {

    @TempDir
    private Path folder;

    private Shell shell = new Shell(Path.of(""));

    @BeforeEach
    void fillTheUsersOwnDatabase() {
        shell = new Shell(folder);
        shell.env.put("HPC_STATE", folder.toString());
        try (JdbcJobStore store = JdbcJobStore.connect("jdbc:h2:" + folder.resolve("store/jobs"))) {
            store.update(
                    "local:",
                    List.of(Job.builder(JobId.of("1"), JobState.RUNNING).build()));
        }
    }

    @Test
    void backupIsWrittenCheckedAndRestoredElsewhere() {
        assertThat(shell.run("store", "backup", "b.gz")).isEqualTo(ExitCodes.OK);
        assertThat(shell.out()).startsWith("2 rows of 20").contains(folder.resolve("b.gz") + ", sha256 ");
        assertThat(shell.run("store", "check", "b.gz")).isEqualTo(ExitCodes.OK);

        String other = "jdbc:h2:" + folder.resolve("other");
        assertThat(shell.run("store", "--database", other, "restore", "b.gz")).isEqualTo(ExitCodes.OK);
        assertThat(shell.run("store", "status", "--database", other)).isEqualTo(ExitCodes.OK);
        assertThat(shell.out()).startsWith(other + "\n").containsPattern("hpc_job +1\n");
        assertThat(shell.run("store", "--database", other, "restore", "b.gz")).isEqualTo(ExitCodes.OTHER);
        assertThat(shell.err()).contains("is not empty");
    }

    @Test
    void checkSaysWhatContradictsItself() throws Exception {
        assertThat(shell.run("store", "check")).isEqualTo(ExitCodes.OK);
        assertThat(shell.out()).startsWith("all is well in jdbc:h2:");
        Files.writeString(folder.resolve("b.gz"), "no backup");
        assertThat(shell.run("store", "check", "b.gz")).isEqualTo(ExitCodes.OTHER);
        assertThat(shell.err()).contains("is no backup");
    }

    @Test
    void wrongUseIsTold() {
        assertThat(shell.run("store")).isEqualTo(ExitCodes.INVALID);
        assertThat(shell.err()).contains("backup, restore, check or status");
        assertThat(shell.run("store", "--database", "mysql://a:s3cret@h/d", "status"))
                .isEqualTo(ExitCodes.INVALID);
        assertThat(shell.err()).contains("jdbc:h2:/path/to/file").doesNotContain("s3cret");
    }
}
