package dev.harken.monitoring.notify;

import com.google.common.hash.Hashing;
import dev.harken.auth.Open;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.http.AnswersWith;
import dev.harken.posts.PostDao;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;

/** {@code /feeds/{token}}: a client's newest posts, for whoever was given the address. */
@Open
@Path(FeedResource.PATH)
public final class FeedResource {
    static final String PATH = "/feeds/";
    private static final String TYPE = "application/atom+xml; charset=utf-8";
    private static final int MOST = 50;

    private final Transactions transactions;
    private final ChannelDao channels;
    private final PostDao posts;

    FeedResource(Transactions transactions, ChannelDao channels, PostDao posts) {
        this.transactions = transactions;
        this.channels = channels;
        this.posts = posts;
    }

    /**
     * Reads a client's newest posts as an Atom feed.
     *
     * @param token the secret part of the address, as the channel's answer told it once
     */
    @GET
    @Path("{token: [A-Za-z0-9_-]{1,100}}")
    @Produces(MediaType.APPLICATION_ATOM_XML)
    @AnswersWith(String.class)
    public Response get(@PathParam("token") String token, @Context Request request) {
        byte[] feed = read(token).orElseThrow(NotFoundException::new);
        EntityTag tag = new EntityTag(Hashing.sha256().hashBytes(feed).toString());
        Response.ResponseBuilder response = request.evaluatePreconditions(tag);
        if (response == null) {
            response = Response.ok(feed, TYPE).tag(tag);
        }
        return response.header(HttpHeaders.CACHE_CONTROL, "private, no-cache")
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }

    private Optional<byte[]> read(String token) {
        return transactions.read(Tenant.EVERY, session -> channels.feed(session, Secrets.hash(token))
                .map(channel -> {
                    List<Told.Post> newest = posts.newest(session, channel.clientId(), MOST).stream()
                            .map(post -> Told.Post.of(post, Optional.empty()))
                            .toList();
                    return AtomFeed.of(channel, newest);
                }));
    }
}
