"""What people have elsewhere, brought here: prompt files, calls and chats of other tools.

result = read(name, data)               # recognises the format itself; never runs what it reads
result.chats                            # conversations, each with its model and settings
result.left_out                         # what could not be taken, a sentence each
comparison = compare(result.call, ...)  # a pasted call beside what is sent from here
"""
