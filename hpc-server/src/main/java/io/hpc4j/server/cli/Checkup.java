package io.hpc4j.server.cli;

import io.hpc4j.core.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes checks one after the other; one that fails or hangs is a finding, and does not stop those behind it. */
final class Checkup {

    private final Duration limit;
    private final List<Finding> findings = new ArrayList<>();

    Checkup(Duration limit) {
        this.limit = limit;
    }

    /** Makes a check, in a thread that is left alone if it hangs. */
    void check(String name, Callable<List<Finding>> check) {
        FutureTask<List<Finding>> task = new FutureTask<>(check);
        Thread thread = new Thread(task, "hpc-doctor-" + name);
        thread.setDaemon(true);
        thread.start();
        try {
            findings.addAll(task.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            task.cancel(true);
            findings.add(Finding.problem(
                    name,
                    "no answer within " + Quantities.show(limit),
                    "see what it waits for; --timeout allows for more"));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            findings.add(Finding.problem(name, ExitCodes.sentence(cause), "mend what it says, and look again"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            findings.add(Finding.problem(name, "interrupted", "look again"));
        }
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Tells scripts how it went. */
    int exitCode() {
        if (findings.stream().anyMatch(f -> f.level() == Finding.Level.PROBLEM)) {
            return ExitCodes.PROBLEMS;
        }
        return findings.stream().anyMatch(f -> f.level() == Finding.Level.WARNING) ? ExitCodes.WARNINGS : ExitCodes.OK;
    }
}
