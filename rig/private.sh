# Gives the first process of a machine, which has mounts of its own already, private folders. Sourced by it; dir is the
# machine's DIR and root the repository. Sets built: where every user in there can read what `setup` made.
built=/opt/kratix-wasm-rig

# DIR and the repository stay the host's own even where they lie in a folder that will be private.
mount -t tmpfs rig /mnt
mkdir /mnt/{dir,root}
mount --rbind "$dir" /mnt/dir
mount --rbind "$root" /mnt/root

# Containers have these as mounts of their own, which would not shine through.
for file in /etc/{hosts,hostname,resolv.conf}; do
    ! mountpoint -q "$file" || { mkdir -p /mnt/etc && cp "$file" /mnt/etc/; }
done

# What is written below these goes to DIR, and what was there shines through. Relative, since a path may have a comma.
cd /mnt/dir
rm -rf layers/_run # notes of processes that are no more
mkdir -p layers
private() {
    local folder upper
    for folder; do
        upper=layers/${folder//\//_}
        mkdir -p "$upper"/{files,work}
        chown --reference="$folder" "$upper/files"
        chmod --reference="$folder" "$upper/files"
        mount -t overlay -o "lowerdir=$folder,upperdir=$upper/files,workdir=$upper/work" rig "$folder" || return
    done
}
folders=(/etc /home /opt /root /run /srv /usr/local /var)
if ! private "${folders[@]}"; then
    # Some file systems can't take it, such as a container's, which is an overlay itself. Memory can.
    echo 'inside: DIR cannot hold it, memory will: it ends with the machine'
    mount -t tmpfs rig layers
    private "${folders[@]}"
fi
mount -t tmpfs -o mode=1777 rig /tmp
mount -t tmpfs -o mode=1777 rig /dev/shm
[[ ! -d /mnt/etc ]] || cp /mnt/etc/* /etc/

mkdir -p "$root" "$built"
mount --rbind /mnt/root "$root"
mkdir -p "$dir"
mount --rbind /mnt/dir "$dir"
mount --bind "$root/target/rig" "$built"
mount -o remount,bind,ro "$built"
cd /
umount -R /mnt
