package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.HpcException;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobState;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "monitor",
        description = {
            "Shows nodes and jobs, drawn again each second; q or Ctrl-C leaves.",
            "Where standard output is no terminal, prints one picture after the other."
        },
        footer = {
            "",
            "Examples:",
            "  hpc monitor",
            "  hpc monitor --interval 5s",
            "  hpc monitor --count 1 > picture.txt"
        })
final class MonitorCommand extends ClusterCommand {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final int ENDED_SHOWN = 20;

    @Option(names = "--interval", paramLabel = "TIME", description = "Time between two pictures; 1s unless given.")
    private Duration interval = Duration.ofSeconds(1);

    @Option(names = "--count", paramLabel = "N", description = "Leave after so many pictures.")
    private Optional<Integer> count = Optional.empty();

    MonitorCommand(Session session) {
        super(session);
    }

    @Override
    void check() {
        if (interval.isZero()) {
            throw new IllegalArgumentException("--interval must be more than 0s");
        }
    }

    @Override
    int run(Cluster cluster) throws IOException, InterruptedException {
        if (session.around().outIsTerminal() && Terminal.isTerminal(0)) {
            live(cluster);
        } else {
            snapshots(cluster);
        }
        return ExitCodes.OK;
    }

    private void live(Cluster cluster) throws IOException, InterruptedException {
        try (Screen screen = new Screen(session.around().out(), session.around().in())) {
            for (int i = 0; i < count.orElse(Integer.MAX_VALUE); i++) {
                Terminal.Size size = Terminal.size(session.around().env());
                List<String> lines = picture(cluster, size.columns());
                screen.draw(lines.subList(0, Math.min(lines.size(), size.rows())));
                if (screen.awaitQuit(interval)) {
                    return;
                }
            }
        }
    }

    private void snapshots(Cluster cluster) throws InterruptedException {
        for (int i = 0; i < count.orElse(Integer.MAX_VALUE); i++) {
            if (i > 0) {
                TimeUnit.NANOSECONDS.sleep(interval.toNanos());
                session.print("");
            }
            picture(cluster, 0).forEach(session::print);
            if (session.around().out().checkError()) {
                return;
            }
        }
    }

    private List<String> picture(Cluster cluster, int width) {
        Paint paint = session.paint();
        Clock clock = session.around().clock();
        String title = cluster + "  " + clock.instant().atZone(clock.getZone()).format(TIME);
        List<String> lines = new ArrayList<>();
        try {
            List<Job> live = cluster.list(JobQuery.live());
            lines.add(paint.bold().apply(title) + "  " + counts(live));
            lines.add("");
            lines.addAll(NodesCommand.table(cluster.nodes(), paint).lines(width, paint.bold()));
            lines.add("");
            lines.addAll(
                    new JobTable(paint, clock).overview(jobs(cluster, live)).lines(width, paint.bold()));
        } catch (HpcException e) {
            lines.add(paint.bold().apply(title));
            lines.add(paint.bad().apply(Table.cut(ExitCodes.sentence(e), width == 0 ? Integer.MAX_VALUE : width)));
        }
        return lines;
    }

    private static String counts(List<Job> live) {
        long waiting = live.stream().filter(j -> j.state().isWaiting()).count();
        return waiting + " waiting, " + (live.size() - waiting) + " running";
    }

    /** What runs, then what waits, then what ended last. */
    private static List<Job> jobs(Cluster cluster, List<Job> live) {
        Set<JobState> ended = EnumSet.allOf(JobState.class);
        ended.removeIf(state -> !state.isEnded());
        List<Job> jobs = new ArrayList<>(live);
        jobs.sort(Comparator.comparing((Job j) -> j.state().isWaiting()).thenComparing(Job::id));
        List<Job> past =
                new ArrayList<>(cluster.list(JobQuery.all().withStates(ended).withLimit(ENDED_SHOWN)));
        past.sort(Comparator.comparing(Job::id).reversed());
        jobs.addAll(past);
        return jobs;
    }
}
