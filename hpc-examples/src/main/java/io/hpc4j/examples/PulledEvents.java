package io.hpc4j.examples;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.JobEvent;
import io.hpc4j.core.JobRequest;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** Events for who takes them one by one, at a pace of its own: a reactive stream. */
public final class PulledEvents {

    private PulledEvents() {}

    /** Counts ends until there were as many as jobs. */
    private static final class Counter implements Flow.Subscriber<JobEvent> {
        private final CountDownLatch left;
        private Flow.Subscription events = new Flow.Subscription() {
            @Override
            public void request(long count) {}

            @Override
            public void cancel() {}
        };

        private Counter(int jobs) {
            left = new CountDownLatch(jobs);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            events = subscription;
            events.request(1);
        }

        @Override
        public void onNext(JobEvent event) {
            if (event.job().state().isEnded()) {
                left.countDown();
            }
            events.request(1);
        }

        @Override
        public void onError(Throwable why) {
            System.out.println("a mistake of ours: " + why);
        }

        @Override
        public void onComplete() {}
    }

    /** Takes the address of a cluster. */
    public static void main(String[] args) throws Exception {
        try (Cluster cluster = Cluster.connect(args.length > 0 ? args[0] : "local:")) {
            Counter counter = new Counter(50);
            cluster.events().subscribe(counter);
            cluster.submitAll(Collections.nCopies(50, JobRequest.command("true").build()));
            System.out.println("all ended: " + counter.left.await(1, TimeUnit.MINUTES));
        }
    }
}
