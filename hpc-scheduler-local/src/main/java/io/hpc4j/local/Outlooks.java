package io.hpc4j.local;

import java.util.ArrayList;
import java.util.List;

/** Takes what a forecast is made from out of the model. The caller holds the scheduler's lock. */
final class Outlooks {

    private Outlooks() {}

    /** With a job that waits; if it is not in its queue yet, it is put where it would be. */
    static Forecast.Outlook with(LocalJob job, ClusterModel model, long nowMillis) {
        return new Forecast.Outlook(
                nowMillis, waiting(job, model), model.queueRoom(), model.runningJobs(), model.free.copy());
    }

    private static List<WaitingJob> waiting(LocalJob job, ClusterModel model) {
        List<WaitingJob> waiting = new ArrayList<>();
        WaitingJobs inOrder = model.inOrder();
        boolean isIn = false;
        for (WaitingJob next = inOrder.next();
                next != null && waiting.size() < Forecast.MOST_WAITING;
                next = inOrder.next()) {
            if (!isIn && next instanceof LocalJob other && !other.equals(job) && model.ready.isBefore(job, other)) {
                waiting.add(job);
                isIn = true;
            }
            isIn |= next.equals(job);
            waiting.add(next);
        }
        if (!isIn && waiting.size() < Forecast.MOST_WAITING) {
            waiting.add(job);
        }
        return waiting;
    }
}
