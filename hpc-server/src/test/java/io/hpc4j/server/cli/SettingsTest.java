package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    private Path folder = Path.of("/nonexistent");

    private Shell configured(String settings) throws IOException {
        Files.createDirectories(folder.resolve(".config/hpc4j"));
        Files.writeString(folder.resolve(".config/hpc4j/config"), settings);
        return new Shell(folder);
    }

    @Test
    void clusterIsThatOfThisMachineUnlessChosen() {
        Shell shell = new Shell(folder);

        assertThat(shell.run("jobs")).isZero();
        assertThat(shell.uri()).isEqualTo("local:");
    }

    @Test
    void optionWinsOverEnvironmentAndEnvironmentOverFile() throws IOException {
        Shell shell = configured("cluster=local:/file\ncluster.lab=local:/lab?nodes=3\n");

        shell.run("jobs");
        assertThat(shell.uri()).isEqualTo("local:/file");
        shell.env.put("HPC_CLUSTER", "lab");
        shell.run("jobs");
        assertThat(shell.uri()).isEqualTo("local:/lab?nodes=3");
        shell.run("jobs", "--cluster", "local:/option");
        assertThat(shell.uri()).isEqualTo("local:/option");
        shell.run("--cluster", "local:/before", "jobs");
        assertThat(shell.uri()).isEqualTo("local:/before");
    }

    @Test
    void usualClusterMayBeGivenByName() throws IOException {
        Shell shell = configured("cluster=lab\ncluster.lab=local:/lab\n");

        assertThat(shell.run("jobs")).isZero();
        assertThat(shell.uri()).isEqualTo("local:/lab");
    }

    @Test
    void unknownNameIsRefusedWithTheNamesThereAre() throws IOException {
        Shell shell = configured("cluster.lab=local:/lab\ncluster.home=local:\n");

        assertThat(shell.run("jobs", "--cluster", "lob")).isEqualTo(2);
        assertThat(shell.err()).contains("'lob'", "[home, lab]").hasLineCount(1);
    }

    @Test
    void folderOfSettingsMayBeElsewhere() throws IOException {
        Shell shell = new Shell(folder);
        Files.createDirectories(folder.resolve("xdg/hpc4j"));
        Files.writeString(folder.resolve("xdg/hpc4j/config"), "cluster=local:/xdg\n");
        shell.env.put("XDG_CONFIG_HOME", folder.resolve("xdg").toString());

        shell.run("jobs");
        assertThat(shell.uri()).isEqualTo("local:/xdg");
    }
}
