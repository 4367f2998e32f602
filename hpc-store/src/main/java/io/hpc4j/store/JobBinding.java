package io.hpc4j.store;

import io.hpc4j.core.JobStore.Binding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says which jobs became of recorded requests, within one transaction. */
final class JobBinding {

    private final String cluster;
    private final JobRows rows;

    JobBinding(String cluster, JobRows rows) {
        this.cluster = cluster;
        this.rows = rows;
    }

    /** Binds all or, with an exception, none; returns how many. */
    int bind(Collection<Binding> bindings) {
        Map<String, JobRows.Known> recorded =
                rows.withKeys(bindings.stream().map(b -> Columns.text(b.key())).collect(Collectors.toSet()));
        Map<String, JobRows.Known> byId = new LinkedHashMap<>();
        for (Binding binding : bindings) {
            byId.put(Columns.text(binding.id().nativeId()), check(binding, recorded));
        }
        Map<String, JobRows.Known> holders = rows.withIds(byId.keySet());
        Map<Long, String> ids = new LinkedHashMap<>();
        List<Long> former = new ArrayList<>();
        byId.forEach((id, row) -> {
            JobRows.Known holder = holders.get(id);
            if (holder != null && holder.key().isEmpty() && !row.hasSnapshot()) {
                rows.merge(row, holder.number());
            } else if (holder == null || holder.number() != row.number()) {
                ids.put(row.number(), id);
                Optional.ofNullable(holder).map(JobRows.Known::number).ifPresent(former::add);
            }
        });
        rows.giveUpIds(former);
        rows.setIds(ids);
        return byId.size();
    }

    private JobRows.Known check(Binding binding, Map<String, JobRows.Known> recorded) {
        JobRows.Known row = recorded.get(Columns.text(binding.key()));
        if (row == null) {
            throw new IllegalStateException("the key '%s' was never recorded in %s".formatted(binding.key(), cluster));
        }
        Optional<String> bound = row.nativeId().map(Columns::original);
        if (bound.isPresent() && !bound.get().equals(binding.id().nativeId())) {
            throw new IllegalStateException(
                    "the key '%s' is bound to job %s, not to %s".formatted(binding.key(), bound.get(), binding.id()));
        }
        return row;
    }
}
