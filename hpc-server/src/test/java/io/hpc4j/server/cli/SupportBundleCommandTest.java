package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.StateFolder;
import io.hpc4j.core.recording.KnownNames;
import io.hpc4j.core.recording.RecordedCall;
import io.hpc4j.core.recording.RecordedText;
import io.hpc4j.core.recording.Recording;
import io.hpc4j.core.recording.RecordingFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupportBundleCommandTest {

    private static final String ADDRESS = "slurm+ssh://ada@login.example.org?account=physics";

    @TempDir
    Path folder;

    private Shell shell = new Shell(Path.of("/"));

    @BeforeEach
    void keepARecording() throws IOException {
        shell = new Shell(folder);
        shell.env.put("HPC_STATE", folder.resolve("state").toString());
        RecordedCall.Command squeue = new RecordedCall.Command(
                new RecordedCall.Origin("0a1b2c3d", 1, Instant.parse("2026-01-31T12:00:00Z"), "statusOf"),
                Duration.ofMillis(12),
                "1 job, 0 ended",
                new RecordedCall.Asked(
                        List.of("squeue", "--user=ada"),
                        List.of(),
                        Optional.empty(),
                        RecordedText.of("a script\n"),
                        Duration.ofMinutes(1)),
                new RecordedCall.Answer.Ended(
                        ExitStatus.ofCode(0),
                        RecordedText.of("141|RUNNING|ada|/home/ada/thesis/solve.sh|cn07\n"),
                        RecordedText.EMPTY,
                        false));
        Path file = StateFolder.of(shell.env).recording(ClusterUri.parse(ADDRESS));
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                String.join(
                        "\n",
                        RecordingFormat.HEADER,
                        RecordingFormat.checkedLine(squeue),
                        RecordingFormat.namesLine(new KnownNames(Set.of("ada"), Set.of(), Set.of("cn07"))),
                        ""));
    }

    @Test
    void theBundleIsAnonymousAndReadable() throws IOException {
        assertThat(shell.run("support-bundle", ADDRESS, "--offline", "-o", "b.zip"))
                .isZero();
        assertThat(shell.out()).isEqualTo(folder.resolve("b.zip") + "\n");
        assertThat(shell.err()).contains("look through it", "recording.txt");

        Path zip = folder.resolve("b.zip");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(zip)))
                .isEqualTo("rw-------");
        RecordedCall.Command command = Recording.read(zip).commands().get(0);
        assertThat(command.asked().arguments()).containsExactly("squeue", "--user=user1");
        assertThat(((RecordedCall.Answer.Ended) command.answer()).stdout().text())
                .matches("141\\|RUNNING\\|user1\\|/home/user1/name\\d/name\\d\\.sh\\|hosta07\n");
    }

    @Test
    void whatGoesOutCanBeSeenBefore() {
        assertThat(shell.run("support-bundle", ADDRESS, "--offline", "--list")).isZero();
        assertThat(shell.out().lines().map(l -> l.replaceAll(" .*", "")))
                .containsExactly("FILE", "README.txt", "versions.txt", "settings.txt", "facts.txt", "recording.txt");

        assertThat(shell.run("support-bundle", ADDRESS, "--offline", "--show", "--no-input"))
                .isZero();
        assertThat(shell.out())
                .contains("==> settings.txt <==\ncluster slurm+ssh://user1@host", "account = account1\n", "Java 17")
                .doesNotContain("ada", "thesis", "physics", "example.org", "cn07", "a script", "login");
        assertThat(folder).isDirectoryNotContaining("glob:**.zip");
    }

    @Test
    void theClustersOfTheSettingsAreInItWithoutTheirNames() throws IOException {
        Path settings = Settings.place(shell.env);
        Files.createDirectories(settings.getParent());
        Files.writeString(settings, "# mine\ncluster.lab = slurm+ssh://ada@login1:22/srv/thesis?callsPerMinute=60\n");

        assertThat(shell.run("support-bundle", ADDRESS, "--offline", "--show")).isZero();
        assertThat(shell.out())
                .containsPattern("cluster.lab = slurm\\+ssh://user1@host[a-z]1:22/name\\d/name\\d\\?callsPerMinute=60")
                .doesNotContain("ada", "login1", "thesis", "# mine");
    }

    @Test
    void aClusterThatAnswersIsDescribedAndOneThatDoesNotIsNoReasonToFail() {
        assertThat(shell.run("support-bundle", "--show")).isZero();
        assertThat(shell.out()).contains("capabilities [").containsPattern("\nqueues [1-9]\nnodes [1-9]\n");

        shell.fake.leave();
        assertThat(shell.run("support-bundle", "--show")).isZero();
        assertThat(shell.out()).contains("cannot connect: BackendUnavailableException: ");
    }
}
