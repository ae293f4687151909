//! What is said in a direct message, and what becomes of it.

use matrix_sdk::{
    Room, RoomMemberships, RoomState,
    attachment::AttachmentConfig,
    room::{
        IncludeRelations, ListThreadsOptions, MessagesOptions, Receipts, RelationsOptions,
        edit::EditedContent,
        reply::{EnforceThread, Reply},
    },
    ruma::{
        OwnedEventId, RoomId,
        api::client::receipt::create_receipt::v3::ReceiptType as SendReceiptType,
        events::{
            AnySyncMessageLikeEvent, AnySyncTimelineEvent, Mentions,
            reaction::ReactionEventContent,
            receipt::{ReceiptThread, ReceiptType},
            relation::{Annotation, RelationType},
            room::message::{
                AddMentions, MessageType, Relation, ReplyWithinThread, RoomMessageEventContentWithoutRelation,
            },
        },
        uint,
    },
};

use crate::{
    device::{Device, Person, message},
    homeserver::Homeserver,
};

#[tokio::test(flavor = "multi_thread")]
async fn two_people_talk() {
    let homeserver = Homeserver::start().await;
    let alice = Person::new("alice", &homeserver).register().await;
    let bob = Person::new("bob", &homeserver).register().await;

    let room = a_direct_message_begins(&alice, &bob).await;
    let room_id = room.room_id();
    texts_are_read_both_ways(&alice, &bob, room_id).await;
    an_attachment_comes_out_as_it_went_in(&alice, &bob, room_id).await;
    a_reaction_is_taken_back(&alice, &bob, room_id).await;
    a_reply_names_what_it_replies_to(&alice, &bob, room_id).await;
    an_edit_is_bundled(&alice, &bob, room_id).await;
    a_redaction_empties(&alice, &bob, room_id).await;
    a_thread_is_listed(&alice, &bob, room_id).await;
    typing_is_seen_while_it_lasts(&alice, &bob, room_id).await;
    receipts_are_seen_if_public(&alice, &bob, room_id).await;
    history_is_paginated_to_its_first_event(&alice, &bob, room_id).await;
    a_person_leaves_and_forgets(&alice, &bob, room_id).await;
}

async fn a_direct_message_begins(alice: &Device, bob: &Device) -> Room {
    let bob_id = bob.client.user_id().expect("a user ID");
    let room = alice.client.create_dm(bob_id).await.expect("a direct message");
    let invite = bob.invited_to(room.room_id()).await;
    assert!(invite.is_direct().await.expect("whether it is direct"));
    let details = invite.invite_details().await.expect("who invited");
    assert_eq!(details.inviter_id, alice.client.user_id().expect("a user ID"));

    invite.join().await.expect("joining");
    for device in [alice, bob] {
        device
            .until("both being joined in an encrypted room", async |device| {
                let room = device.client.get_room(room.room_id())?;
                let joined = room.members(RoomMemberships::JOIN).await.ok()?;
                (joined.len() == 2 && room.encryption_state().is_encrypted()).then_some(())
            })
            .await;
    }
    let known = async |device: &Device| device.client.get_dm_room(bob_id);
    let known = alice.until("Bob among the direct messages", known).await;
    assert_eq!(known.room_id(), room.room_id());
    room
}

async fn texts_are_read_both_ways(alice: &Device, bob: &Device, room_id: &RoomId) {
    let hello = alice.says("Hello Bob", room_id, bob).await;
    bob.says("Hello Alice", room_id, alice).await;

    let held = bob.room(room_id).event(&hello, None).await.expect("the event");
    assert!(held.encryption_info().is_some(), "the server holds it encrypted");
    assert_eq!(message(held.raw().deserialize().expect("an event")).body(), "Hello Bob");
}

async fn an_attachment_comes_out_as_it_went_in(alice: &Device, bob: &Device, room_id: &RoomId) {
    let photo: Vec<u8> = (0..200_000u32).map(|n| (n.wrapping_mul(n) >> 7) as u8).collect();
    let kind = "application/octet-stream".parse().expect("a media type");
    let sent = alice
        .room(room_id)
        .send_attachment("photo.raw", &kind, photo.clone(), AttachmentConfig::new())
        .await
        .expect("the attachment to be sent");

    let content = bob.reads(&sent.event_id, "the attachment from Alice").await;
    let MessageType::File(file) = content.msgtype else { panic!("not a file: {content:?}") };
    assert_eq!(file.filename(), "photo.raw");
    let received = bob.client.media().get_file(&file, false).await.expect("the download");
    assert!(received.expect("a file") == photo);
}

async fn a_reaction_is_taken_back(alice: &Device, bob: &Device, room_id: &RoomId) {
    let question = alice.says("Shall we meet?", room_id, bob).await;
    let thumb = ReactionEventContent::new(Annotation::new(question.clone(), "👍".to_owned()));
    let sent = bob.room(room_id).send(thumb).await.expect("the reaction to be sent");
    let reaction = sent.response.event_id;
    let event = alice.shows(&reaction, "the reaction from Bob").await;
    let AnySyncTimelineEvent::MessageLike(AnySyncMessageLikeEvent::Reaction(event)) = event else {
        panic!("not a reaction: {event:?}")
    };
    let annotation = &event.as_original().expect("its content").content.relates_to;
    assert_eq!((&annotation.event_id, annotation.key.as_str()), (&question, "👍"));

    bob.room(room_id).redact(&reaction, None, None).await.expect("the redaction");
    alice
        .until("Bob taking the reaction back", async |alice| is_redacted(alice, room_id, &reaction).await)
        .await;
}

async fn a_reply_names_what_it_replies_to(alice: &Device, bob: &Device, room_id: &RoomId) {
    let question = alice.says("Where?", room_id, bob).await;
    let reply = reply(bob, room_id, &question, "At the harbour", EnforceThread::Unthreaded).await;
    let content = alice.reads(&reply, "the reply from Bob").await;
    assert_eq!(content.body(), "At the harbour");
    let Some(Relation::Reply(relation)) = content.relates_to else { panic!("not a reply") };
    assert_eq!(relation.in_reply_to.event_id, question);
    let mentions = Mentions::with_user_ids([alice.client.user_id().expect("a user ID").to_owned()]);
    assert_eq!(content.mentions.map(|mentions| mentions.user_ids), Some(mentions.user_ids));
}

async fn an_edit_is_bundled(alice: &Device, bob: &Device, room_id: &RoomId) {
    let original = alice.says("See you at sevn", room_id, bob).await;
    let corrected = RoomMessageEventContentWithoutRelation::text_plain("See you at seven");
    let room = alice.room(room_id);
    let content = EditedContent::RoomMessage(corrected);
    let edit = room.make_edit_event(&original, content).await.expect("an edit");
    let edit = room.send(edit).await.expect("the edit to be sent").response.event_id;
    let content = bob.reads(&edit, "the edit from Alice").await;
    let Some(Relation::Replacement(replacement)) = content.relates_to else { panic!("not an edit") };
    assert_eq!(replacement.event_id, original);
    assert_eq!(replacement.new_content.msgtype.body(), "See you at seven");

    let fetched = bob.room(room_id).event(&original, None).await.expect("the event");
    let AnySyncTimelineEvent::MessageLike(event) = fetched.raw().deserialize().expect("an event") else {
        panic!("not a message")
    };
    let AnySyncMessageLikeEvent::RoomMessage(event) = event else { panic!("not a message") };
    let bundled = event.as_original().expect("its content").unsigned.relations.replace.as_ref();
    assert_eq!(bundled.expect("the edit bundled with the event").event_id, edit);
}

async fn a_redaction_empties(alice: &Device, bob: &Device, room_id: &RoomId) {
    let regretted = alice.says("I never liked your hat", room_id, bob).await;
    alice.room(room_id).redact(&regretted, Some("rude"), None).await.expect("the redaction");
    bob.until("the redaction from Alice", async |bob| is_redacted(bob, room_id, &regretted).await).await;
}

async fn a_thread_is_listed(alice: &Device, bob: &Device, room_id: &RoomId) {
    let root = alice.says("About the boat", room_id, bob).await;
    let threaded = || EnforceThread::Threaded(ReplyWithinThread::No);
    let first = reply(bob, room_id, &root, "It leaks", threaded()).await;
    let content = alice.reads(&first, "the reply in the thread").await;
    let Some(Relation::Thread(thread)) = content.relates_to else { panic!("not in a thread") };
    assert_eq!(thread.event_id, root);
    let last = reply(alice, room_id, &root, "Then we swim", threaded()).await;
    bob.reads(&last, "the reply in the thread").await;

    let room = bob.room(room_id);
    let threads = room.list_threads(ListThreadsOptions::default()).await.expect("the threads").chunk;
    assert_eq!(ids(&threads), [Some(root.clone())]);
    let AnySyncTimelineEvent::MessageLike(event) = threads[0].raw().deserialize().expect("an event") else {
        panic!("not a message")
    };
    let bundled = event.relations().thread.expect("a summary of the thread");
    assert_eq!((bundled.count, bundled.current_user_participated), (uint!(2), true));

    let options = RelationsOptions {
        include_relations: IncludeRelations::RelationsOfType(RelationType::Thread),
        ..Default::default()
    };
    let relations = room.relations(root, options).await.expect("the relations").chunk;
    assert_eq!(ids(&relations), [Some(last), Some(first)]);
}

async fn typing_is_seen_while_it_lasts(alice: &Device, bob: &Device, room_id: &RoomId) {
    let typist = alice.client.user_id().expect("a user ID");
    alice.room(room_id).typing_notice(true).await.expect("typing");
    bob.until("Alice typing", async |bob| bob.seen().typing.iter().any(|id| id == typist).then_some(()))
        .await;
    alice.room(room_id).typing_notice(false).await.expect("typing no longer");
    bob.until("Alice no longer typing", async |bob| bob.seen().typing.is_empty().then_some(())).await;
}

async fn receipts_are_seen_if_public(alice: &Device, bob: &Device, room_id: &RoomId) {
    let reader = bob.client.user_id().expect("a user ID");
    let read_up_to = async |device: &Device, kind: ReceiptType| {
        let room = device.room(room_id);
        let receipt = room.load_user_receipt(kind, ReceiptThread::Unthreaded, reader).await;
        receipt.expect("receipts").map(|(event_id, _)| event_id)
    };
    let secret = alice.says("Read this in secret", room_id, bob).await;
    let kind = SendReceiptType::ReadPrivate;
    let room = bob.room(room_id);
    room.send_single_receipt(kind, ReceiptThread::Unthreaded, secret.clone()).await.expect("a receipt");
    bob.until("the private receipt", async |bob| {
        read_up_to(bob, ReceiptType::ReadPrivate).await.filter(|read| *read == secret)
    })
    .await;

    let open = alice.says("Read this", room_id, bob).await;
    bob.until("one message unread", async |bob| is_unread(bob, room_id, 1)).await;
    let receipts = Receipts::new().public_read_receipt(open.clone()).fully_read_marker(open.clone());
    room.send_multiple_receipts(receipts).await.expect("receipts");
    alice
        .until("the public receipt from Bob", async |alice| {
            let read = read_up_to(alice, ReceiptType::Read).await;
            assert_ne!(read.as_ref(), Some(&secret), "the private receipt became public");
            read.filter(|read| *read == open)
        })
        .await;
    assert_eq!(read_up_to(alice, ReceiptType::ReadPrivate).await, None);
    bob.until("nothing unread", async |bob| is_unread(bob, room_id, 0)).await;
}

async fn history_is_paginated_to_its_first_event(alice: &Device, bob: &Device, room_id: &RoomId) {
    let mut numbered = Vec::new();
    for number in 0..5 {
        numbered.push(alice.says(&format!("Number {number}"), room_id, bob).await);
    }
    let room = bob.room(room_id);
    let (mut history, mut from) = (Vec::new(), None);
    loop {
        let mut options = MessagesOptions::backward().from(from.as_deref());
        options.limit = uint!(7);
        let page = room.messages(options).await.expect("a page of history");
        history.extend(page.chunk);
        from = page.end;
        assert!(history.len() < 500, "there is an end to history");
        if from.is_none() {
            break;
        }
    }
    let ids = ids(&history);
    numbered.reverse();
    assert_eq!(ids[..5].iter().flatten().collect::<Vec<_>>(), numbered.iter().collect::<Vec<_>>());
    let first = history.last().expect("an event").raw().get_field::<String>("type").expect("its type");
    assert_eq!(first.as_deref(), Some("m.room.create"));

    let context = room.event_with_context(&numbered[2], true, uint!(2), None).await.expect("the context");
    assert_eq!(context.event.and_then(|event| event.event_id()).as_ref(), Some(&numbered[2]));
    assert_eq!(self::ids(&context.events_before), [Some(numbered[3].clone())]);
    assert_eq!(self::ids(&context.events_after), [Some(numbered[1].clone())]);
}

async fn a_person_leaves_and_forgets(alice: &Device, bob: &Device, room_id: &RoomId) {
    let room = bob.room(room_id);
    room.leave().await.expect("leaving");
    bob.until("having left", async |bob| (bob.room(room_id).state() == RoomState::Left).then_some(())).await;
    alice
        .until("Bob leaving", async |alice| {
            let joined = alice.room(room_id).members(RoomMemberships::JOIN).await.ok()?;
            (joined.len() == 1).then_some(())
        })
        .await;
    room.forget().await.expect("forgetting");
    assert!(bob.client.get_room(room_id).is_none());
}

async fn reply(
    device: &Device,
    room_id: &RoomId,
    to: &OwnedEventId,
    body: &str,
    enforce_thread: EnforceThread,
) -> OwnedEventId {
    let room = device.room(room_id);
    let content = RoomMessageEventContentWithoutRelation::text_plain(body);
    let reply = Reply { event_id: to.clone(), enforce_thread, add_mentions: AddMentions::Yes };
    let content = room.make_reply_event(content, reply).await.expect("a reply");
    room.send(content).await.expect("the reply to be sent").response.event_id
}

/// Whether the server counts so many messages as unread.
fn is_unread(device: &Device, room_id: &RoomId, count: u64) -> Option<()> {
    let counts = device.room(room_id).unread_notification_counts();
    (counts.notification_count == count).then_some(())
}

/// Whether the server holds the event without its content.
async fn is_redacted(device: &Device, room_id: &RoomId, event_id: &OwnedEventId) -> Option<()> {
    let event = device.room(room_id).event(event_id, None).await.ok()?;
    match event.raw().deserialize().ok()? {
        AnySyncTimelineEvent::MessageLike(event) => event.is_redacted().then_some(()),
        AnySyncTimelineEvent::State(_) => None,
    }
}

fn ids(events: &[matrix_sdk::deserialized_responses::TimelineEvent]) -> Vec<Option<OwnedEventId>> {
    events.iter().map(|event| event.event_id()).collect()
}
