package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.Finding;
import io.hpc4j.core.HpcException;
import io.hpc4j.core.StateFolder;
import io.hpc4j.core.recording.MachineFacts;
import io.hpc4j.core.recording.SupportBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "support-bundle",
        description = "Writes a zip for whoever helps you: versions, settings, and what the commands hpc have asked the"
                + " scheduler lately and were answered. Names of users, accounts, machines and paths are replaced.",
        footer = {
            "",
            "Look at it before you send it: names of jobs and the words of scripts are in it.",
            "",
            "Examples:",
            "  hpc support-bundle --show | less",
            "  hpc support-bundle slurm+ssh://ada@login.example.org -o bundle.zip",
            "  hpc support-bundle --offline --no-input"
        })
final class SupportBundleCommand implements Callable<Integer> {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    @Parameters(arity = "0..1", paramLabel = "URI", description = "The cluster, as of --cluster.")
    private Optional<String> uri = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The zip to write; hpc-support-DATE-TIME.zip unless given.")
    private Optional<Path> output = Optional.empty();

    @Option(names = "--list", description = "List what would be in it, and write nothing.")
    private boolean list;

    @Option(names = "--show", description = "Print all that would be in it, and write nothing.")
    private boolean show;

    @Option(names = "--offline", description = "Do not ask the scheduler anything now.")
    private boolean offline;

    @Option(names = "--no-input", description = "Leave out what commands read, such as the scripts of jobs.")
    private boolean noInput;

    private final Session session;

    SupportBundleCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        SupportBundle.Builder builder = collect().version("hpc " + Version.number());
        addSettings(builder);
        if (noInput) {
            builder.withoutInput();
        }
        SupportBundle bundle = builder.build();
        if (list) {
            list(bundle);
        } else if (show) {
            bundle.files().forEach(this::show);
        } else {
            write(bundle);
        }
        return ExitCodes.OK;
    }

    /** A scheduler that cannot be reached is a reason to make a bundle, and none not to. */
    private SupportBundle.Builder collect() {
        String address = session.address(uri);
        if (offline) {
            return withoutCluster(address).fact("the scheduler was not asked anything");
        }
        try (Cluster cluster = session.open(address)) {
            SupportBundle.Builder bundle = cluster.supportBundle();
            bundle.fact("queues " + cluster.queues().size());
            bundle.fact("nodes " + cluster.nodes().size());
            return withFindings(bundle, cluster.findings());
        } catch (HpcException e) {
            SupportBundle.Builder bundle = withoutCluster(address)
                    .fact("cannot connect: %s: %s".formatted(e.getClass().getSimpleName(), e.getMessage()));
            return withFindings(
                    bundle,
                    session.around().opener().findings(address, session.around().env()));
        }
    }

    private static SupportBundle.Builder withFindings(SupportBundle.Builder bundle, List<Finding> findings) {
        for (Finding finding : findings) {
            bundle.fact("%s: %s: %s".formatted(finding.level(), finding.name(), finding.seen()));
        }
        return bundle;
    }

    private SupportBundle.Builder withoutCluster(String address) {
        ClusterUri cluster = ClusterUri.parse(address);
        StateFolder state = StateFolder.of(session.around().env());
        SupportBundle.Builder bundle = SupportBundle.of(cluster, () -> state.readRecording(cluster));
        MachineFacts.addTo(bundle);
        return bundle.setting("state folder " + state);
    }

    /** The clusters that the user's settings name; nothing else is of use to others. */
    private void addSettings(SupportBundle.Builder bundle) {
        Path file = Settings.place(session.around().env());
        if (!Files.isRegularFile(file)) {
            return;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith("cluster")) {
                    bundle.setting("in the file of settings: " + line);
                }
            }
        } catch (IOException e) {
            bundle.fact("the file of settings cannot be read: " + e);
        }
    }

    private void list(SupportBundle bundle) {
        Table table = new Table().left("FILE").right("BYTES").right("LINES");
        bundle.files()
                .forEach((name, text) -> table.row()
                        .cell(name)
                        .cell(Integer.toString(text.getBytes(StandardCharsets.UTF_8).length))
                        .cell(Long.toString(text.lines().count())));
        session.print(table);
    }

    private void show(String name, String text) {
        session.print("==> " + name + " <==");
        text.lines().forEach(session::print);
        session.print("");
    }

    private void write(SupportBundle bundle) {
        Path file = session.around()
                .workingDirectory()
                .resolve(output.orElseGet(() -> Path.of("hpc-support-%s.zip"
                        .formatted(
                                STAMP.format(LocalDateTime.now(session.around().clock()))))));
        bundle.writeTo(file);
        session.print(file.toString());
        session.tell("look through it before you send it: " + contents(bundle.files()));
    }

    private static String contents(Map<String, String> files) {
        return String.join(", ", files.keySet()) + "; --show prints them all";
    }
}
