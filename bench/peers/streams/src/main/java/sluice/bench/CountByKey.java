package sluice.bench;

import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Counts a record by its key, and passes it on with its headers. Threads: that of its task. */
final class CountByKey extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    static final String STORE = "counts";

    private final Measured measured;
    private KeyValueStore<byte[], Long> counts;

    CountByKey(Measured measured) {
        this.measured = measured;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        counts = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Long before = counts.get(record.key());
        counts.put(record.key(), before == null ? 1 : before + 1);
        context().forward(record);
        measured.one();
    }
}
