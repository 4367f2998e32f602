package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsCommandTest {

    @TempDir
    Path folder;

    private Shell shell = new Shell(Path.of("/"));

    @BeforeEach
    void submitFour() {
        shell = new Shell(folder);
        shell.run("submit", "-n", "fine", "true");
        shell.run("submit", "-n", "exit 3", "true");
        shell.run("submit", "-n", "stay", "--queue", "long", "true");
        shell.run("submit", "-n", "wait", "--label", "a=b", "true");
    }

    @Test
    void listIsATableForPeople() {
        assertThat(shell.run("jobs")).isZero();
        assertThat(shell.out()).isEqualTo("""
                        ID  NAME    STATE      QUEUE  SLOTS  NODES  ELAPSED  SUBMITTED  REASON
                        1   fine    COMPLETED  batch      1  node1    2.00s   10:00:00
                        2   exit 3  FAILED     batch      1  node1    2.00s   10:00:00  exit code 3
                        3   stay    RUNNING    long       1  node1    9.00s   10:00:00
                        4   wait    PENDING    batch      1                   10:00:00  no free slots
                        """);
    }

    @Test
    void listMayBeNarrowed() {
        shell.run("jobs", "--live");
        assertThat(shell.out()).contains("stay", "wait").doesNotContain("fine");
        shell.run("jobs", "--state", "failed,completed");
        assertThat(shell.out()).contains("fine", "exit 3").doesNotContain("stay");
        shell.run("jobs", "--queue", "long");
        assertThat(shell.out()).contains("stay").hasLineCount(2);
        shell.run("jobs", "--label", "a=b", "--all");
        assertThat(shell.out()).contains("wait").hasLineCount(2);
        shell.run("jobs", "--limit", "1");
        assertThat(shell.out()).contains("wait").hasLineCount(2);
    }

    @Test
    void listIsAnArrayForPrograms() {
        assertThat(shell.run("jobs", "--state", "RUNNING", "--json")).isZero();
        assertThat(shell.out()).startsWith("[{\"id\":\"3\",\"name\":\"stay\",").endsWith("}]\n");
        shell.run("jobs", "--name", "none", "--json");
        assertThat(shell.out()).isEqualTo("[]\n");
    }

    @Test
    void coloursAreUsedWhenAskedFor() {
        shell.run("jobs", "--color", "always");
        assertThat(shell.out()).contains("\u001b[31mFAILED\u001b[0m");
    }

    @Test
    void showTellsAllThatIsKnown() {
        assertThat(shell.run("show", "2")).isZero();
        assertThat(shell.out()).contains("state        FAILED\n").contains("exit         exit code 3\n");
        assertThat(shell.run("show", "9")).isEqualTo(3);
        assertThat(shell.err()).isEqualTo("hpc: local: knows no job 9\n");
    }

    @Test
    void waitReturnsOneIfAJobFailed() {
        assertThat(shell.run("wait", "1")).isZero();
        assertThat(shell.out()).isEqualTo("1 fine COMPLETED after 2.00s\n");
        assertThat(shell.run("wait", "1", "2")).isEqualTo(1);
        assertThat(shell.run("wait", "3", "--timeout", "0.05s")).isEqualTo(124);
        assertThat(shell.run("wait", "9")).isEqualTo(3);
    }
}
