package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.Finding;
import io.hpc4j.server.json.FindingJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "doctor",
        description = {
            "Looks at what a cluster needs: Java, backends, the scheduler's answers, folders, disk, clock; and says what"
                    + " to do about what is not as it should be.",
            "The exit code is 0 if all is well, 7 with warnings, 8 with problems."
        },
        footer = {
            "",
            "Examples:",
            "  hpc doctor",
            "  hpc doctor slurm+ssh://ada@login.example.org",
            "  hpc doctor --json"
        })
final class DoctorCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "URI|NAME", description = "The cluster; otherwise as --cluster says.")
    private Optional<String> cluster = Optional.empty();

    @Option(names = "--timeout", paramLabel = "TIME", description = "For each check; 15s unless given.")
    private Duration timeout = Duration.ofSeconds(15);

    @Option(names = "--json", description = "Print an array of JSON.")
    private boolean json;

    DoctorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Map<String, String> env = session.around().env();
        Checkup checkup = new Checkup(timeout);
        checkup.check("Java", MachineChecks::java);
        checkup.check("locale", MachineChecks::locale);
        checkup.check("clock", () -> MachineChecks.clock(session.around().clock()));
        checkup.check("settings", () -> MachineChecks.settings(env));
        List<String> address = new ArrayList<>();
        checkup.check("address", () -> address(address));
        if (!address.isEmpty()) {
            String uri = address.get(0);
            boolean isSsh = ClusterUri.parse(uri).transport().equals("ssh");
            checkup.check("SSH agent", () -> MachineChecks.agent(env, isSsh));
            checkup.check("backend", () -> session.around().opener().findings(uri, env));
            checkup.check("scheduler", () -> scheduler(uri));
        }
        print(checkup.findings());
        return checkup.exitCode();
    }

    private List<Finding> address(List<String> found) {
        String uri = cluster.isPresent()
                ? Settings.read(session.around().env())
                        .cluster(cluster, session.around().env())
                : session.address();
        ClusterUri.parse(uri);
        found.add(uri);
        return List.of(Finding.ok("address", uri));
    }

    /** Connects as any command would, and has the backend look. */
    private List<Finding> scheduler(String uri) {
        long begin = System.nanoTime();
        try (Cluster open = session.around().opener().open(uri, session.around().env())) {
            List<Finding> all = new ArrayList<>();
            int queues = open.queues().size();
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            all.add(Finding.ok(
                    "scheduler", "it answers after %s, with %d queue(s)".formatted(Quantities.show(took), queues)));
            all.addAll(open.findings());
            return all;
        }
    }

    // ---------------------------------------------------------------- what is printed

    private void print(List<Finding> findings) {
        if (json) {
            session.print(findings.stream().map(FindingJson::toJson).toList());
            return;
        }
        for (Finding finding : findings) {
            String level =
                    finding.level() == Finding.Level.OK ? "ok" : finding.level().name();
            String painted = paint(finding.level()).apply(level) + " ".repeat(9 - level.length());
            session.print(painted + "%-16s".formatted(finding.name()) + printable(finding.seen()));
            finding.advice().ifPresent(a -> session.print(" ".repeat(9) + "-> " + printable(a)));
        }
        long warnings = count(findings, Finding.Level.WARNING);
        long problems = count(findings, Finding.Level.PROBLEM);
        session.print(
                warnings + problems == 0
                        ? "all is well"
                        : "%d problem(s), %d warning(s)".formatted(problems, warnings));
    }

    private static long count(List<Finding> findings, Finding.Level level) {
        return findings.stream().filter(f -> f.level() == level).count();
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private UnaryOperator<String> paint(Finding.Level level) {
        return switch (level) {
            case OK -> session.paint().good();
            case WARNING -> session.paint().bold();
            case PROBLEM -> session.paint().bad();
        };
    }
}
