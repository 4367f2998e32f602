package io.hpc4j.server.keeper;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.store.json.JobJson;
import io.hpc4j.store.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command that is connected to the keeper. One thread reads and carries out its calls, another writes: so a command
 * that does not read keeps nobody else waiting. Of each job only the newest unsent report is kept.
 */
final class Visitor {

    private static final Logger log = LoggerFactory.getLogger(Visitor.class);
    private static final int REPORTS_A_LINE = 500;

    private final JsonLines lines;
    private final BiFunction<Visitor, JsonObject, JsonObject> calls;

    /** Guarded by this, as the next two. */
    private final List<JsonObject> answers = new ArrayList<>();

    private final Map<JobId, Job> reports = new LinkedHashMap<>();
    private boolean woken;
    private boolean gone;

    Visitor(JsonLines lines, BiFunction<Visitor, JsonObject, JsonObject> calls) {
        this.lines = lines;
        this.calls = calls;
    }

    /** Serves until the command leaves. */
    void serve(JsonObject hello) {
        try {
            lines.write(hello); // before there is a writer, which may have reports to send already
            Thread writer = new Thread(this::write, "hpc-keeper-writer");
            writer.setDaemon(true);
            writer.start();
            for (var call = lines.read(); call.isPresent(); call = lines.read()) {
                send(answer(call.get()));
            }
        } catch (IOException | IllegalArgumentException e) {
            log.debug("a command has left: {}", e.toString());
        } finally {
            leave();
        }
    }

    private JsonObject answer(JsonObject call) {
        JsonObject answer = new JsonObject().put("id", call.number("id"));
        try {
            return answer.put("result", calls.apply(this, call));
        } catch (RuntimeException e) {
            log.debug("{} failed", call.string("call").orElse("a call"), e);
            return answer.put("error", Failure.toJson(e));
        }
    }

    private synchronized void send(JsonObject answer) {
        answers.add(answer);
        notifyAll();
    }

    synchronized void report(Collection<Job> jobs) {
        jobs.forEach(job -> reports.put(job.id(), job));
        notifyAll();
    }

    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    private void write() {
        try {
            for (List<JsonObject> next = take(); !next.isEmpty(); next = take()) {
                lines.write(next);
            }
        } catch (IOException e) {
            log.debug("a command does not listen: {}", e.toString());
        } catch (InterruptedException e) {
            log.debug("interrupted");
        } finally {
            lines.close();
        }
    }

    /** What is to be sent; nothing once the command has left. */
    private synchronized List<JsonObject> take() throws InterruptedException {
        while (answers.isEmpty() && reports.isEmpty() && !woken && !gone) {
            wait();
        }
        List<JsonObject> next = new ArrayList<>();
        if (gone) {
            return next;
        }
        List<Job> jobs = List.copyOf(reports.values());
        for (int i = 0; i < jobs.size(); i += REPORTS_A_LINE) {
            next.add(new JsonObject()
                    .put("reports", JobJson.toJson(jobs.subList(i, Math.min(jobs.size(), i + REPORTS_A_LINE)))));
        }
        if (woken) {
            next.add(new JsonObject().put("wake", true));
        }
        next.addAll(answers);
        reports.clear();
        answers.clear();
        woken = false;
        return next;
    }

    private void leave() {
        synchronized (this) {
            gone = true;
            notifyAll();
        }
        lines.close();
    }

    /** Sends it away. */
    void close() {
        lines.close();
    }
}
