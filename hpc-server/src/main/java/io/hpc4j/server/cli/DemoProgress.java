package io.hpc4j.server.cli;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobEvent;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobState;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Tells what happens, a line each, and on a terminal below it how far it all is. */
final class DemoProgress {

    private static final int BAR = 24;
    private static final double NANOS = 1e9;

    private final PrintStream out;
    private final boolean isTerminal;
    private final Paint paint;
    private final JobTable table;
    private final long start = System.nanoTime();

    DemoProgress(Session session) {
        this.out = session.around().out();
        this.isTerminal = session.around().outIsTerminal();
        this.paint = session.paint();
        this.table = new JobTable(paint, session.around().clock());
    }

    /** Says something, with the time since the beginning. */
    synchronized void say(String what) {
        String time = String.format(Locale.ROOT, "%5.1fs", (System.nanoTime() - start) / NANOS);
        out.println((isTerminal ? "\r\u001b[K" : "") + paint.dim().apply(time) + "  " + what);
        out.flush();
    }

    /** Says what is worth a line: ends, and jobs that wait again. */
    void tell(JobEvent event) {
        Job job = event.job();
        JobState before = event.previous().state();
        if (job.state().isEnded()) {
            say("job " + table.line(job));
        } else if (job.attempt() > event.previous().attempt() || (job.state().isWaiting() && !before.isWaiting())) {
            say("job %s %s is tried again%s"
                    .formatted(
                            job.id(),
                            job.name().orElse("-"),
                            job.reason().map(r -> ": " + r).orElse("")));
        }
    }

    /** Draws how far it is, where that can be drawn over. */
    synchronized void draw(List<JobHandle> handles) {
        if (!isTerminal) {
            return;
        }
        long ended = handles.stream().filter(h -> h.state().isEnded()).count();
        long waiting = handles.stream().filter(h -> h.state().isWaiting()).count();
        int filled = handles.isEmpty() ? 0 : (int) (ended * BAR / handles.size());
        out.print("\r\u001b[K[%s%s] %d of %d ended, %d running, %d waiting"
                .formatted(
                        "#".repeat(filled),
                        "-".repeat(BAR - filled),
                        ended,
                        handles.size(),
                        handles.size() - ended - waiting,
                        waiting));
        out.flush();
    }

    synchronized void clear() {
        if (isTerminal) {
            out.print("\r\u001b[K");
        }
    }
}
