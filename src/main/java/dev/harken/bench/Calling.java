package dev.harken.bench;

import java.time.Duration;
import java.util.List;

/** The work of the bench's own callers. */
final class Calling implements Work {
    private final List<? extends Caller> each;
    private int begun;

    Calling(List<? extends Caller> each) {
        this.each = List.copyOf(each);
    }

    @Override
    public int callers() {
        return each.size();
    }

    @Override
    public void begin() throws Exception {
        begun = 0;
        for (Caller caller : each) {
            begun++;
            caller.begin();
        }
    }

    @Override
    public Load.Served run(Load load, Duration runIn, Duration window) throws InterruptedException {
        return load.run(each, runIn, window);
    }

    @Override
    public void end() throws Exception {
        for (Caller caller : each.subList(0, begun)) {
            caller.end();
        }
    }
}
