package io.hpc4j.core;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;

/** Tells the changes of all jobs to those who pull them. */
final class EventPublisher implements Flow.Publisher<JobEvent> {

    private final Delivery delivery;
    private final List<EventSubscription> subscriptions = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    EventPublisher(Delivery delivery) {
        this.delivery = delivery;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super JobEvent> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        EventSubscription subscription = new EventSubscription(subscriber, delivery, subscriptions::remove);
        subscriptions.add(subscription);
        subscription.begin();
        if (closed) {
            subscription.close();
        }
    }

    /** Returns at once, however slow the subscribers are. */
    void publish(JobEvent event) {
        subscriptions.forEach(s -> s.offer(event));
    }

    /** There will be no more events. What subscribers have not asked for yet is kept for them. */
    void close() {
        closed = true;
        subscriptions.forEach(EventSubscription::close);
    }
}
